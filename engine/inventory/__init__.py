"""Pre-paid subscriptions: purchases, clients, partners, and what becomes of codes."""
