#include "cluster/api_client.hpp"

#include "cluster/api_error.hpp"
#include "cluster/object_difference.hpp"

namespace k8s_node::cluster {

namespace {

bool is_success(long status) {
    return status >= 200 && status < 300;
}

Json parse_body(const HttpReply& reply, const std::string& attempted) {
    auto body = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
    if (body.is_discarded()) {
        throw Error("cannot " + attempted +
                    ": the API server's response is not "
                    "JSON");
    }
    return body;
}

} // namespace

std::optional<Json> ApiClient::get(const std::string& path) {
    const auto attempted = "read " + path;
    const auto reply = transport_.send({"GET", path});
    if (reply.status == 404) {
        return std::nullopt;
    }
    if (!is_success(reply.status)) {
        throw api_error(reply, attempted);
    }
    return parse_body(reply, attempted);
}

std::optional<ResourceKind> ApiClient::find_kind(const ObjectName& name) {
    if (auto known = well_known(name.api_version, name.kind)) {
        return known;
    }
    const std::pair key(name.api_version, name.kind);
    if (const auto found = discovered_.find(key); found != discovered_.end()) {
        return found->second;
    }
    const auto list = get(group_path(name.api_version));
    auto kind = list ? find_in_resource_list(*list, name.kind) : std::nullopt;
    if (kind) {
        discovered_.emplace(key, *kind);
    }
    return kind;
}

std::optional<std::string> ApiClient::find_path(const ObjectName& name) {
    const auto kind = find_kind(name);
    return kind ? std::optional(object_path(name, *kind)) : std::nullopt;
}

Json ApiClient::send_apply(const ObjectName& name, const std::string& path, const Json& object,
                           DryRun dry_run) {
    const std::string manager(field_manager);
    const auto attempted = (dry_run == DryRun::yes ? "try to apply " : "apply ") + name.text();
    // JSON is YAML, and this is the content type of server-side apply.
    const auto reply = transport_.send({"PATCH",
                                        path + "?fieldManager=" + manager + "&force=true" +
                                            (dry_run == DryRun::yes ? "&dryRun=All" : ""),
                                        "application/apply-patch+yaml", object.dump()});
    if (!is_success(reply.status)) {
        throw api_error(reply, attempted);
    }
    return parse_body(reply, attempted);
}

std::optional<std::string> ApiClient::differs(const Json& object) {
    const auto name = name_of(object);
    const auto path = find_path(name);
    if (!path) {
        return "the cluster does not serve " + name.api_version + " " + name.kind + " yet";
    }
    const auto live = get(*path);
    if (!live) {
        return "does not exist";
    }
    auto difference = first_difference(object, *live);
    if (difference && is_same_to_server(name, *path, object, *live)) {
        return std::nullopt;
    }
    return difference;
}

bool ApiClient::is_same_to_server(const ObjectName& name, const std::string& path,
                                  const Json& object, const Json& live) {
    constexpr long bad_request = 400;
    try {
        const auto tried = send_apply(name, path, object, DryRun::yes);
        return without_bookkeeping(tried) == without_bookkeeping(live);
    } catch (const ApiError& error) {
        if (error.code() == bad_request) { // an admission webhook that does not support dry runs
            return false;
        }
        throw;
    }
}

Applied ApiClient::apply(const Json& object) {
    const auto name = name_of(object);
    const auto path = find_path(name);
    if (!path) {
        throw Error("cannot apply " + name.text() + ": the cluster does not serve the kind " +
                    name.kind + " of " + name.api_version)
            .try_this("apply the CustomResourceDefinition of this kind first, or correct its "
                      "apiVersion");
    }
    const auto before = get(*path);
    const auto after = send_apply(name, *path, object, DryRun::no);
    if (!before) {
        return Applied::created;
    }
    // resourceVersion cannot tell: a first apply over an equal object changes it.
    return without_bookkeeping(*before) == without_bookkeeping(after) ? Applied::unchanged
                                                                      : Applied::changed;
}

Json ApiClient::merge_patch(const std::string& path, const Json& patch) {
    const auto attempted = "change " + path;
    const auto reply =
        transport_.send({"PATCH", path + "?fieldManager=" + std::string(field_manager),
                         "application/merge-patch+json", patch.dump()});
    if (!is_success(reply.status)) {
        throw api_error(reply, attempted);
    }
    return parse_body(reply, attempted);
}

bool ApiClient::remove(const std::string& path) {
    const auto reply = transport_.send({"DELETE", path});
    if (reply.status == 404) {
        return false;
    }
    if (!is_success(reply.status)) {
        throw api_error(reply, "delete " + path);
    }
    return true;
}

std::string node_path(std::string_view name) {
    return "/api/v1/nodes/" + escape_segment(name);
}

} // namespace k8s_node::cluster
