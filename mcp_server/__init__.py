"""The feature tools for every client: our own agents in process, others over stdio or HTTP, from one definition."""
