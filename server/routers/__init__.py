"""REST, one module for each noun. Handlers translate; what things mean is decided in api."""
