"""Serves moto on a free loopback port until standard input closes, which the system does for us however the parent process ends.

Before that it closes the gaps in moto that would make a rehearsal pass where AWS fails, or fail where AWS passes.
"""

import io
import json
import os
import sys
import threading
from datetime import datetime
from functools import partial
from typing import Any, Callable

from botocore.model import DenormalizedStructureBuilder
from botocore.parsers import RpcV2CBORParser
from botocore.serialize import RpcV2CBORSerializer

from moto.utilities import utils

# Before the services are loaded, which make an account for each partition: moto lacks these two.
utils.REGION_PREFIX_TO_PARTITION |= {"eu-isoe-": "aws-iso-e", "us-isof-": "aws-iso-f"}
utils.PARTITION_NAMES += ["aws-iso-e", "aws-iso-f"]

from moto.core.responses import ActionResult
from moto.core.utils import get_service_model
from moto.iam.exceptions import DeleteConflictException
from moto.iam.models import IAMBackend
from moto.iam.responses import IamResponse
from moto.logs.metric_filters import MetricFilters
from moto.moto_server.werkzeug_app import DomainDispatcherApplication
from moto.server import main
from werkzeug.wrappers import Response


def replaces(owner: type) -> Callable[[Any], Any]:
    """Makes a function the owner's method of its name; it gets the method that it replaces, if any, as its first argument."""

    def replace(function: Any) -> Any:
        before = getattr(owner, function.__name__, None)
        setattr(owner, function.__name__, lambda *args, **named: function(before, *args, **named))
        return function

    return replace


@replaces(IamResponse)
def create_login_profile(create: Any, self: IamResponse) -> ActionResult:
    """moto forgets whether the password must be reset."""
    user = self.backend.get_user(self._get_param("UserName"))
    if not user.password:
        user.password_reset_required = self._get_bool_param("PasswordResetRequired", False)
    return create(self)


def refuse_if(in_use: dict[str, Any]) -> None:
    for reason, things in in_use.items():
        if things:
            raise DeleteConflictException(f"Cannot delete entity, must {reason} first.")


@replaces(IAMBackend)
def delete_user(delete: Any, self: IAMBackend, user_name: str) -> None:
    """AWS refuses to delete a user with credentials or groups; moto deletes it."""
    user = self.get_user(user_name)
    refuse_if({
        "delete login profile": user.password,
        "delete access keys": user.access_keys,
        "delete MFA device": user.mfa_devices,
        "delete signing certificates": user.signing_certificates,
        "delete SSH public keys": user.ssh_public_keys,
        "remove users from group": [group for group in self.groups.values() if user in group.users],
    })
    delete(self, user_name)


@replaces(IAMBackend)
def delete_group(delete: Any, self: IAMBackend, group_name: str) -> None:
    """AWS refuses to delete a group that has something; moto deletes it."""
    if group := self.groups.get(group_name):
        refuse_if({
            "remove users from group": group.users,
            "detach all policies": group.managed_policies,
            "delete policies": group.policies,
        })
    delete(self, group_name)


# moto has no central root access; here the account is always its organization's management account.
enabled_features: set[str] = set()


def list_organizations_features(_: IamResponse) -> ActionResult:
    return ActionResult({"OrganizationId": "o-sandbox000", "EnabledFeatures": sorted(enabled_features)})


IamResponse.list_organizations_features = list_organizations_features
for name, feature in (("root_credentials_management", "RootCredentialsManagement"), ("root_sessions", "RootSessions")):
    for verb, change in (("enable", enabled_features.add), ("disable", enabled_features.discard)):
        answer = lambda self, change=change, feature=feature: change(feature) or list_organizations_features(self)
        setattr(IamResponse, f"{verb}_organizations_{name}", answer)

# moto answers an internal error, and deleting a user by force asks for them.
IamResponse.list_service_specific_credentials = lambda _: ActionResult({"ServiceSpecificCredentials": []})


def bound(self: IamResponse) -> ActionResult:
    """moto knows permissions boundaries of roles only."""
    user = self.backend.get_user(self._get_param("UserName"))
    arn = self._get_param("PermissionsBoundary")
    boundary = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn}
    user.permissions_boundary = boundary if arn else None
    return ActionResult({"User": user})


IamResponse.put_user_permissions_boundary = IamResponse.delete_user_permissions_boundary = bound


@replaces(IamResponse)
def create_user(create: Any, self: IamResponse) -> ActionResult:
    create(self)
    return bound(self)


@replaces(IAMBackend)
def update_user(update: Any, self: IAMBackend, user_name: str, *new: str | None) -> None:
    """moto loses the tags of a user with another ARN."""
    user = self.get_user(user_name)
    before, tags = user.arn, self.tagger.list_tags_for_resource(user.arn)["Tags"]
    update(self, user_name, *new)
    self.tagger.delete_all_tags_for_resource(before)
    self.tagger.tag_resource(user.arn, tags)


@replaces(IAMBackend)
def update_group(update: Any, self: IAMBackend, group_name: str, new_name: str | None, new_path: str | None) -> None:
    """moto takes a group that keeps its name for a second one."""
    if new_path:
        self.get_group(group_name).path = new_path
    if new_name and new_name != group_name:
        update(self, group_name, new_name, new_path)


@replaces(IAMBackend)
def get_account_authorization_details(get: Any, self: IAMBackend, policy_filter: list[str]) -> dict[str, Any]:
    """AWS tells the policies of its own that are in use; moto tells all of them."""
    details = get(self, policy_filter)
    boundaries = {(one.permissions_boundary or {}).get("PermissionsBoundaryArn") for one in [*details["users"], *details["roles"]]}
    idle = {one.arn for one in self.aws_managed_policies if not one.attachment_count} - boundaries
    return details | {"managed_policies": [one for one in details["managed_policies"] if one.arn not in idle]}


@replaces(MetricFilters)
def add_filter(add: Any, self: MetricFilters, filter_name: str, pattern: str, log_group_name: str, metrics: Any) -> None:
    """moto adds a second filter of the same name where AWS replaces the first."""
    self.delete_filter(filter_name, log_group_name)
    add(self, filter_name, pattern, log_group_name, metrics)


error = {name: {"type": "string"} for name in ("__type", "message")}
error_shape = DenormalizedStructureBuilder().with_members(error).build_model()


@replaces(DomainDispatcherApplication)
def __call__(call: Any, self: Any, environ: dict[str, Any], start_response: Any) -> Any:
    """moto answers CloudWatch's older protocols only; the SDK for Go, and so the official plugin, speaks CBOR: made JSON and back."""
    if environ.get("HTTP_SMITHY_PROTOCOL") != "rpc-v2-cbor":
        return call(self, environ, start_response)
    _, _, target, _, operation = environ["PATH_INFO"].split("/")
    parser = RpcV2CBORParser()
    asked = parser.get_peekable_stream_from_bytes(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
    body = json.dumps(parser.parse_data_item(asked), default=datetime.timestamp).encode()
    environ["PATH_INFO"], environ["HTTP_X_AMZ_TARGET"] = "/", f"{target}.{operation}"
    environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"] = "application/x-amz-json-1.0", str(len(body))
    environ["wsgi.input"] = io.BytesIO(body)
    response = Response.from_app(partial(call, self), environ)
    answer, encoded = json.loads(response.data or "{}"), bytearray()
    shape = get_service_model("cloudwatch").operation_model(operation).output_shape
    if response.status_code != 200:
        answer, shape = {name: answer.get(name, "") for name in error}, None
    RpcV2CBORSerializer()._serialize_type_structure(encoded, answer, shape or error_shape, None)
    response.data = bytes(encoded)
    response.headers["Content-Type"], response.headers["Smithy-Protocol"] = "application/cbor", "rpc-v2-cbor"
    return response(environ, start_response)


threading.Thread(target=lambda: (sys.stdin.buffer.read(), os._exit(0)), daemon=True).start()
main(["-H", "127.0.0.1", "-p", "0"])
