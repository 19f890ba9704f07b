"""How a build becomes visible: land the star, reconcile it, switch to it in one step."""
