#include "rotation/rewrite.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "cluster/api_error.hpp"
#include "cluster/api_path.hpp"
#include "cluster/json_text.hpp"
#include "rotation/subject.hpp"

namespace k8s_node {

namespace {

using cluster::Json;
using cluster::part_at;
using cluster::text_at;

constexpr std::array<std::string_view, 2> rewritable = {"secrets", "configmaps"};
constexpr long not_found = 404;
constexpr long conflict = 409;
constexpr const char* page_size = "200";

Json page_of(cluster::Transport& transport, const std::string& resource, const std::string& place) {
    std::string path = "/api/v1/" + resource + "?limit=" + page_size;
    if (!place.empty()) {
        path += "&continue=" + cluster::escape_segment(place);
    }
    const auto reply = transport.send({"GET", path});
    if (reply.status != 200) {
        throw cluster::api_error(reply, "list " + resource);
    }
    auto page = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
    if (!part_at(page, "items").is_array()) { // else nothing would seem to need rewriting
        throw Error("list " + resource + ": the API server's answer is no list");
    }
    return page;
}

void rewrite(cluster::Transport& transport, const std::string& resource, const Json& object) {
    const auto metadata = part_at(object, "metadata");
    const auto space = text_at(metadata, "namespace");
    const auto name = text_at(metadata, "name");
    const auto path = "/api/v1/namespaces/" + cluster::escape_segment(space) + "/" + resource +
                      "/" + cluster::escape_segment(name);
    const auto reply = transport.send({"PUT", path, "application/json", object.dump()});
    if (reply.status != 200 && reply.status != not_found && reply.status != conflict) {
        throw cluster::api_error(reply, "rewrite " + resource + " " + space + "/" + name);
    }
}

} // namespace

RewriteTime rewrite_time(const std::string& subject, Phase phase) {
    if (subject != encryption || phase == Phase::trust) {
        return RewriteTime::never;
    }
    return phase == Phase::use ? RewriteTime::after_restarts : RewriteTime::before_the_change;
}

void require_rewritable(const std::string& resource) {
    if (std::ranges::find(rewritable, resource) == rewritable.end()) {
        throw Error("the encryption configuration names " + resource +
                        ", which this program cannot write again; it can do so with secrets and "
                        "configmaps",
                    ExitStatus::unsuitable)
            .try_this("replace the key by hand: see Encrypting Confidential Data at Rest in the "
                      "documentation of Kubernetes");
    }
}

std::size_t rewrite_all(cluster::Transport& transport, const std::string& resource) {
    std::size_t count = 0;
    std::string place;
    do {
        const auto page = page_of(transport, resource, place);
        for (const auto& object : part_at(page, "items")) {
            rewrite(transport, resource, object);
            ++count;
        }
        place = text_at(part_at(page, "metadata"), "continue");
    } while (!place.empty());
    return count;
}

} // namespace k8s_node
