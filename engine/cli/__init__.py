"""The command line: `coupon COMMAND`."""

from __future__ import annotations

from importlib import import_module

import click

_EPILOG = "Exit codes: 0 fine, 1 the answer is no, 2 wrong usage."
_COMMANDS = {
    "init": "Make a FOLDER of policies to start from: a shipped example, and the space around it.",
    "check": "Read policies and check them, as one whole catalogue: all errors of all files.",
    "fmt": "Write every sentence in its canonical spelling; comments and layout stay.",
    "test": "Run the scenarios of policies, which together are one whole catalogue.",
    "explain": "Say in plain English what COUPON gives, to whom, when, and how much at the worst.",
    "help": "Show the page of the diagnostic NAME: what to avoid, what to prefer, why.",
    "evaluate": (
        "Answer an evaluate request, the JSON of `POST /v1/evaluate`, from FILE or standard input."
    ),
    "plan": "Say in sentences what the pending changes alter, those of COUPONs or all.",
    "push": "Read a folder of policies into the store.",
    "pull": "Write what is in force into the folder of policies, comments kept.",
    "enact": "Put the pending changes of COUPONs in force, one after the other.",
    "discard": "Take the pending changes of COUPONs away; what is in force stays.",
    "approve": "Agree to the pending changes of COUPONs, which other people made.",
    "restore": "Save an older version of COUPON as a pending change, to be enacted.",
    "switch": "Let a coupon, a code or all codes of a batch be redeemed, or not, at once.",
    "redeem": "Redeem CODE on a subscription, by the merchant unless the facts say otherwise.",
    "remove": "Remove CODE from a subscription: the next charge gets no discount of it.",
    "subscription": "Look at a subscription, and at what an account has.",
    "redemptions": "Bring redemptions in from another system, or write them for one.",
    "rates": "Bring in exchange rates.",
    "codes": "Issue codes, bring them in, write them out, and look at one.",
    "inventory": "Work with pre-paid codes: who has them, what becomes of them, and until when.",
    "group": "Look at groups, let customers in and out, issue unique codes, and bill owners.",
    "features": "Say what HEX means in the feature set NAME, or which HEX has these FEATUREs.",
    "seal": "Make, list and retire the keys that seal codes.",
    "validate": (
        "Say whether each CODE could be redeemed now, as far as the code goes, and what is in it."
    ),
    "report": (
        "Write the report NAME, to FILE or standard output; without a NAME, list the reports."
    ),
    "outbox": "See what others are to be told, try it again, and deliver it.",
    "key": "Make, list and revoke the keys that open a space over HTTP.",
    "db": "Look after the store: upgrade, check, back up, restore, prune, verify its journal.",
    "settings": (
        "List every setting of the service, its variable and its value; secrets are not shown."
    ),
    "erase": "Erase the personal facts of CUSTOMER for good.",
    "serve": "Serve the HTTP interface.",
}
"""The commands in the order in which they are listed, each with the first sentence of its help."""

_ELSEWHERE = {"serve": "web.serve"}
"""Commands of the floors above, by their modules."""


class _Commands(click.Group):
    """Loads a command when it is asked for, and with it only what it needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = _ELSEWHERE.get(cmd_name, f"engine.cli.{cmd_name}")
        command: click.Command = import_module(module).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands as click does, and load none of them."""
        limit = formatter.width - 6 - max(map(len, _COMMANDS))
        rows = [
            (name, click.Command(name, help=sentence).get_short_help_str(limit))
            for name, sentence in _COMMANDS.items()
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(
    cls=_Commands, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="coupon-policy", prog_name="coupon")
def main() -> None:
    """Coupon policies, written as sentences, checked before they run."""
