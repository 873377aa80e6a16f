"""Work that takes time: one engine, one screen and one log for everything a request does not wait for."""
