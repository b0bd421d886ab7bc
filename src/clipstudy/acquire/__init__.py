"""Getting raw data: published sources, the browser scraper, the feed crawler."""
