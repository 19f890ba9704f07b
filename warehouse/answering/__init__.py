"""How the gateway answers: check the question, plan it, read sums, apply formulas."""
