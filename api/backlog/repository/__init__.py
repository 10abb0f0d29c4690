"""Every statement about the backlog. The hot ones are one index seek each, however many cards there are."""
