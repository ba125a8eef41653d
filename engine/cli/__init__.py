"""The command line: `coupon COMMAND`."""
