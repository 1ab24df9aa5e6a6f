"""Puts data/ into the wheel as idnn/data. An editable install finds it in the checkout; a copy would hide the package."""

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DataHook(BuildHookInterface):
    def initialize(self, version, build_data):
        if version != "editable":
            build_data["force_include"]["data"] = "idnn/data"
