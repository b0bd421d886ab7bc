"""Media of the clips: fetched, and the texts in them read (covers, speech, captions)."""
