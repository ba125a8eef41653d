"""Redemptions, holds, accounts and subscriptions."""
