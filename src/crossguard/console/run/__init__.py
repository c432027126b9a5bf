"""Running the application: commands, ports, servers, the first start."""
