"""What should be done next: sentences computed from measures, and recommendations with a state."""
