"""The transforms on a Spark cluster; loaded only where EXCHEQUER_ENGINE names one."""
