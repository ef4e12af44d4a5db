"""Serves moto until standard input closes, which the system does for us however the parent process ends.

Before that it closes the gaps in moto that would make a rehearsal pass where AWS fails, or fail where AWS passes.
"""

import os
import sys
import threading
from typing import Any

from moto.utilities import utils

# Before the services are loaded, which make an account for each partition: moto lacks these two.
utils.REGION_PREFIX_TO_PARTITION |= {"eu-isoe-": "aws-iso-e", "us-isof-": "aws-iso-f"}
utils.PARTITION_NAMES += ["aws-iso-e", "aws-iso-f"]

from moto.core.responses import ActionResult
from moto.iam.exceptions import DeleteConflictException
from moto.iam.models import IAMBackend
from moto.iam.responses import IamResponse
from moto.logs.metric_filters import MetricFilters
from moto.server import main


def keep_password_reset_required() -> None:
    """moto forgets the flag that CreateLoginProfile is called with."""
    create_login_profile = IamResponse.create_login_profile

    def create(self: IamResponse) -> ActionResult:
        result = create_login_profile(self)
        user = self.backend.get_user(self._get_param("UserName"))
        user.password_reset_required = self._get_bool_param("PasswordResetRequired", False)
        result.result["LoginProfile"]["PasswordResetRequired"] = user.password_reset_required
        return result

    IamResponse.create_login_profile = create


def forget_password_reset_required() -> None:
    """A deleted login profile takes its flag along; moto would keep it for the user's next one."""
    delete_login_profile = IAMBackend.delete_login_profile

    def delete(self: IAMBackend, user_name: str) -> None:
        delete_login_profile(self, user_name)
        self.get_user(user_name).password_reset_required = False

    IAMBackend.delete_login_profile = delete


def refuse_to_delete_what_is_in_use() -> None:
    """AWS refuses to delete a user with credentials or groups, and a group with members; moto deletes both."""
    delete_user, delete_group = IAMBackend.delete_user, IAMBackend.delete_group

    def delete_unused_user(self: IAMBackend, user_name: str) -> None:
        user = self.get_user(user_name)
        in_use = {
            "must delete login profile first": user.password,
            "must delete access keys first": user.access_keys,
            "must delete MFA device first": user.mfa_devices,
            "must delete signing certificates first": user.signing_certificates,
            "must delete SSH public keys first": user.ssh_public_keys,
            "must remove users from group first": [g for g in self.groups.values() if user in g.users],
        }
        for reason, things in in_use.items():
            if things:
                raise DeleteConflictException(f"Cannot delete entity, {reason}.")
        delete_user(self, user_name)

    def delete_unused_group(self: IAMBackend, group_name: str) -> None:
        group = self.groups.get(group_name)
        in_use = {
            "must remove users from group first": group and group.users,
            "must detach all policies first": group and group.managed_policies,
            "must delete policies first": group and group.policies,
        }
        for reason, things in in_use.items():
            if things:
                raise DeleteConflictException(f"Cannot delete entity, {reason}.")
        delete_group(self, group_name)

    IAMBackend.delete_user = delete_unused_user
    IAMBackend.delete_group = delete_unused_group


def add_central_root_access() -> None:
    """moto has no central root access; here the account is always its organization's management account."""
    enabled: dict[str, set[str]] = {}

    def answer(self: IamResponse) -> ActionResult:
        features = sorted(enabled.get(self.current_account, set()))
        return ActionResult({"OrganizationId": "o-sandbox000", "EnabledFeatures": features})

    def switch(feature: str, on: bool) -> Any:
        def action(self: IamResponse) -> ActionResult:
            features = enabled.setdefault(self.current_account, set())
            (features.add if on else features.discard)(feature)
            return answer(self)

        return action

    IamResponse.list_organizations_features = answer
    for name, feature in (("root_credentials_management", "RootCredentialsManagement"), ("root_sessions", "RootSessions")):
        setattr(IamResponse, f"enable_organizations_{name}", switch(feature, True))
        setattr(IamResponse, f"disable_organizations_{name}", switch(feature, False))


def add_service_specific_credentials() -> None:
    """moto answers an internal error to their listing, which deleting a user by force begins with."""
    IamResponse.list_service_specific_credentials = lambda _: ActionResult({"ServiceSpecificCredentials": []})


def add_permissions_boundaries() -> None:
    """moto knows boundaries of roles only."""
    create_user = IamResponse.create_user

    def bound(self: IamResponse, arn: str | None) -> ActionResult:
        user = self.backend.get_user(self._get_param("UserName"))
        boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
        user.permissions_boundary = boundary if arn else None
        return ActionResult({"User": user})

    def create(self: IamResponse) -> ActionResult:
        create_user(self)
        return bound(self, self._get_param("PermissionsBoundary"))

    IamResponse.create_user = create
    IamResponse.put_user_permissions_boundary = lambda self: bound(self, self._get_param("PermissionsBoundary"))
    IamResponse.delete_user_permissions_boundary = lambda self: bound(self, None)


def move_users_and_groups() -> None:
    """moto loses the tags of a user with another path, and takes a group that keeps its name for a second one."""
    update_user, update_group = IAMBackend.update_user, IAMBackend.update_group

    def move_user(self: IAMBackend, user_name: str, new_path: str | None = None, new_name: str | None = None) -> None:
        user = self.get_user(user_name)
        before, tags = user.arn, self.tagger.list_tags_for_resource(user.arn)["Tags"]
        update_user(self, user_name, new_path, new_name)
        if user.arn != before:
            self.tagger.delete_all_tags_for_resource(before)
            self.tagger.tag_resource(user.arn, tags)

    def move_group(self: IAMBackend, group_name: str, new_name: str | None, new_path: str | None) -> None:
        if new_path:
            self.get_group(group_name).path = new_path
        if new_name and new_name != group_name:
            update_group(self, group_name, new_name, new_path)

    IAMBackend.update_user = move_user
    IAMBackend.update_group = move_group


def replace_metric_filters() -> None:
    """moto adds a second filter of the same name where AWS replaces the first."""
    add_filter = MetricFilters.add_filter

    def put(self: MetricFilters, filter_name: str, filter_pattern: str, log_group_name: str, transformations: Any) -> None:
        self.delete_filter(filter_name, log_group_name)
        add_filter(self, filter_name, filter_pattern, log_group_name, transformations)

    MetricFilters.add_filter = put


def exit_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


keep_password_reset_required()
forget_password_reset_required()
refuse_to_delete_what_is_in_use()
add_central_root_access()
add_service_specific_credentials()
add_permissions_boundaries()
move_users_and_groups()
replace_metric_filters()
threading.Thread(target=exit_with_parent, daemon=True).start()
main(sys.argv[1:])
