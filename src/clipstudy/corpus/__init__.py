"""From raw records to the validated tables of a study."""
