#include "rollout/request.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "cluster/api_error.hpp"
#include "cluster/json_text.hpp"
#include "store/hasher.hpp"
#include "support/error.hpp"
#include "support/time.hpp"

namespace k8s_node::rollout {

namespace {

std::string id_of(const Request& request) {
    constexpr std::size_t digits = 12;
    Hasher hasher(HashAlgorithm::sha256);
    for (const auto* part : {&request.release, &request.release_text, &request.configuration}) {
        // With the zero at its end, so that no part takes letters of the next.
        hasher.update(std::as_bytes(std::span(part->c_str(), part->size() + 1)));
    }
    return hasher.hex().substr(0, digits);
}

/// Returns why a node's version cannot become the other; empty if it can.
std::string step_objection(const NodeView& node, const Version& target) {
    const auto& from = node.kubelet;
    const auto step = "node " + node.name + " runs " + from.text() + ": ";
    if (target.major != from.major || target.minor > from.minor + 1) {
        return step + target.text() + " skips a minor version";
    }
    return target.minor < from.minor ? step + target.text() + " is a minor version downgrade" : "";
}

/// Returns the part of a node in a rollout. Why a turn has failed is the reason of the rollout.
std::string part_text(const NodeView& node, const std::optional<Wish>& wish) {
    if (!node.report) {
        return "takes no part";
    }
    if (!wish || has_done(node, *wish)) {
        return wish ? "done" : "-";
    }
    if (is_in_turn(node, *wish)) {
        return "its turn";
    }
    return node.report->key == wish->key() ? to_text(node.report->progress) : "not yet";
}

/// What a change of the object meets when another has changed it since.
constexpr long conflict = 409;

std::string object_path() {
    return std::string(objects_path) + "/" + object_name;
}

/// Writes the wish into the object that was read, or a new one. Throws Error(busy) if another has
/// changed it since.
void write_wish(cluster::ApiClient& client, const std::optional<Json>& object, const Wish& wish) {
    const auto body = with_wish(object.value_or(Json::object()), wish).dump();
    const auto reply = client.transport().send(
        object ? cluster::HttpRequest{"PUT", object_path(), "application/json", body}
               : cluster::HttpRequest{"POST", objects_path, "application/json", body});
    if (reply.status == conflict) {
        throw Error("the rollout has gone on meanwhile", ExitStatus::busy)
            .try_this("repeat the command");
    }
    if (reply.status < 200 || reply.status >= 300) {
        throw cluster::api_error(reply, "write the ConfigMap kube-system/k8s-node-rollout");
    }
}

} // namespace

std::vector<std::string> objections(const Request& request, const std::vector<NodeView>& nodes) {
    const auto target = parse_version(request.release).value_or(Version{});
    std::vector<std::string> found;
    for (const auto& node : nodes) {
        if (!node.report) {
            found.push_back("node " + node.name +
                            " takes part in no rollouts: k8s-node-rollout.service has not run "
                            "there");
        }
        if (!node.not_ready.empty()) {
            found.push_back("node " + node.name + " is not Ready: " + node.not_ready);
        }
        if (auto objection = step_objection(node, target); !objection.empty()) {
            found.push_back(std::move(objection));
        }
    }
    return found;
}

Wish next_wish(const Request& request, const View& view, std::chrono::sys_seconds now) {
    Wish wish;
    wish.id = id_of(request);
    if (view.wish && view.wish->id == wish.id && view.wish->state == State::running) {
        wish = *view.wish;
        wish.workers_at_once = request.workers_at_once;
        wish.until = request.until;
        return wish;
    }
    for (const auto& node : view.nodes) {
        if (is_in_turn(node, view.wish.value_or(Wish{}))) {
            throw Error("node " + node.name + " is in the middle of its turn in another rollout",
                        ExitStatus::busy)
                .try_this(
                    "wait until it has ended: k8s-node-install cluster status; if the node is "
                    "gone for good: k8s-node-install node remove " +
                    node.name);
        }
    }
    if (const auto found = objections(request, view.nodes); !found.empty()) {
        Error error("this cluster cannot change to Kubernetes " + request.release + " as it is",
                    ExitStatus::unsuitable);
        for (const auto& each : found) {
            error.with_detail(each);
        }
        throw error;
    }
    wish.begun = utc_text(now);
    wish.release = request.release;
    wish.release_text = request.release_text;
    wish.configuration = request.configuration;
    wish.workers_at_once = request.workers_at_once;
    wish.until = request.until;
    return wish;
}

View read_view(cluster::ApiClient& client) {
    View view;
    const auto object = client.get(object_path());
    view.wish = object ? read_wish(*object) : std::nullopt;
    const auto list = client.get("/api/v1/nodes");
    for (const auto& node : cluster::part_at(list.value_or(Json()), "items")) {
        view.nodes.push_back(view_of(node));
    }
    std::ranges::sort(view.nodes, {}, [](const NodeView& node) {
        return std::pair(!node.is_control_plane, node.name);
    });
    return view;
}

Wish ask_for(cluster::ApiClient& client, const Request& request) {
    const auto object = client.get(object_path());
    const auto wish = next_wish(request, read_view(client), utc_now());
    write_wish(client, object, wish);
    return wish;
}

Wish stop(cluster::ApiClient& client) {
    const auto object = client.get(object_path());
    auto wish = object ? read_wish(*object).value_or(Wish{}) : Wish{};
    if (wish.id.empty() || wish.state != State::running) {
        throw Error("no rollout is running", ExitStatus::usage)
            .try_this("k8s-node-install cluster status shows what became of the last one");
    }
    wish.state = State::stopped;
    wish.reason = "an administrator has stopped it";
    write_wish(client, object, wish);
    return wish;
}

std::string progress_text(const View& view, std::chrono::sys_seconds now) {
    return view.wish ? decide(*view.wish, view.nodes, now).status : "no rollout has been asked for";
}

std::string status_text(const View& view, std::chrono::sys_seconds now) {
    std::string text;
    if (view.wish) {
        text += fmt::format("{:<10}  Kubernetes {}, asked for {}\n", "Rollout", view.wish->release,
                            view.wish->begun);
        text += view.wish->until ? fmt::format("{:<10}  {}\n", "Until", utc_text(*view.wish->until))
                                 : "";
    }
    text += fmt::format("{:<10}  {}\n\n", "State", progress_text(view, now));
    text += fmt::format("{:<20}  {:<13}  {:<9}  {:<9}  {}\n", "NODE", "ROLE", "KUBELET", "READY",
                        "ROLLOUT");
    for (const auto& node : view.nodes) {
        text += fmt::format("{:<20}  {:<13}  {:<9}  {:<9}  {}\n", node.name,
                            node.is_control_plane ? "control plane" : "worker", node.kubelet.text(),
                            node.not_ready.empty() ? "yes" : "no", part_text(node, view.wish));
    }
    for (const auto& node : view.nodes) {
        const auto absence = absence_text(node, view.wish.value_or(Wish{}));
        text += absence.empty() ? "" : "\n" + absence + "\n";
    }
    return text;
}

} // namespace k8s_node::rollout
