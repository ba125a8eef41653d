"""Pure decisions: who may redeem, and what each charge is discounted."""
