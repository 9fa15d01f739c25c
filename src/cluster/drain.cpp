#include "cluster/drain.hpp"

#include <algorithm>
#include <map>

#include "cluster/api_error.hpp"
#include "cluster/json_text.hpp"
#include "cluster/watch_parser.hpp"
#include "support/text.hpp"

namespace k8s_node::cluster {

namespace {

using std::chrono::seconds;

/// Marks a node that we cordoned, so that a later run can undo it if this one is killed.
constexpr const char* cordon_mark = "k8s-node-install/cordoned";
constexpr long not_found = 404;
constexpr long too_many_requests = 429;
/// The time between two evictions of a pod if nothing changes on this node: pods that satisfy its
/// budget may start on other nodes, of which no event here tells.
constexpr seconds patience_with_budget{3};

bool is_going(const Json& pod) {
    return part_at(pod, "metadata").contains("deletionTimestamp");
}

std::string pods_path(std::string_view node) {
    return "/api/v1/pods?fieldSelector=spec.nodeName%3D" + escape_segment(node);
}

Json list_pods(ApiClient& client, std::string_view node) {
    return client.get(pods_path(node)).value_or(Json::object());
}

/// Returns the budgets' own messages in a refusal: "The disruption budget web needs 2 healthy
/// pods and has 2 currently".
std::string refusal_text(const HttpReply& reply) {
    const auto status = Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
    std::vector<std::string> said;
    for (const auto& cause : part_at(part_at(status, "details"), "causes")) {
        if (auto message = text_at(cause, "message"); !message.empty()) {
            said.push_back(std::move(message));
        }
    }
    return said.empty() ? text_at(status, "message") : join(said, "; ");
}

Json read_node(ApiClient& client, std::string_view node) {
    auto object = client.get(node_path(node));
    if (!object) {
        throw Error("there is no node " + std::string(node) + " in the cluster");
    }
    return *std::move(object);
}

/// Returns the cordon patch; null removes a field.
Json cordon_patch(const Json& mark, const Json& unschedulable) {
    return {{"metadata", {{"annotations", {{cordon_mark, mark}}}}},
            {"spec", {{"unschedulable", unschedulable}}}};
}

class Drain {
public:
    Drain(ApiClient& client, std::string_view node, Clock::time_point deadline,
          const DrainObserver& observer)
        : client_(client), node_(node), deadline_(deadline), observer_(observer) {}

    void run() {
        while (true) {
            const auto pods = list_pods(client_, node_);
            look_at(pods);
            if (left_.empty()) {
                return;
            }
            if (Clock::now() >= deadline_) {
                throw_left();
            }
            wait_for_change(text_at(part_at(pods, "metadata"), "resourceVersion"));
        }
    }

private:
    void look_at(const Json& pods) {
        std::map<std::string, std::string> left;
        for (const auto& pod : part_at(pods, "items")) {
            if (stays_in_drain(pod)) {
                continue;
            }
            const auto refusal = is_going(pod) ? std::string() : evict(pod);
            left.emplace(pod_name(pod), refusal.empty() ? "is terminating" : refusal);
        }
        tell(left);
        left_ = std::move(left);
    }

    void tell(const std::map<std::string, std::string>& left) {
        for (const auto& [name, why] : left_) {
            if (!left.contains(name)) {
                observer_("pod " + name + " is gone");
            }
        }
        for (const auto& [name, why] : left) {
            const auto before = left_.find(name);
            if (before == left_.end() || before->second != why) {
                observer_("pod " + name + ": " + why);
            }
        }
    }

    /// Requests an eviction. Returns why it must wait, or an empty text.
    std::string evict(const Json& pod) {
        const auto metadata = part_at(pod, "metadata");
        const auto space = text_at(metadata, "namespace");
        const auto name = text_at(metadata, "name");
        const Json eviction = {{"apiVersion", "policy/v1"},
                               {"kind", "Eviction"},
                               {"metadata", {{"namespace", space}, {"name", name}}}};
        const auto reply =
            client_.transport().send({"POST",
                                      "/api/v1/namespaces/" + escape_segment(space) + "/pods/" +
                                          escape_segment(name) + "/eviction",
                                      "application/json", eviction.dump()});
        if (reply.status == too_many_requests) {
            return refusal_text(reply);
        }
        if (reply.status != not_found && (reply.status < 200 || reply.status >= 300)) {
            throw api_error(reply, "evict pod " + space + "/" + name);
        }
        return {};
    }

    /// Waits until a pod of the node is deleted, or it is time to retry evictions.
    void wait_for_change(const std::string& from_version) {
        const auto until = std::min(deadline_, Clock::now() + patience_with_budget);
        WatchParser parser;
        const auto reply = client_.transport().stream(
            {"GET",
             pods_path(node_) + "&watch=true&resourceVersion=" + escape_segment(from_version)},
            until, [&](std::string_view chunk) {
                const auto events = parser.feed(chunk);
                const bool gone = std::ranges::any_of(events, [](const WatchEvent& event) {
                    return event.type == WatchEventType::deleted ||
                           event.type == WatchEventType::error;
                });
                return gone ? Flow::stop : Flow::go_on;
            });
        if (reply.status != 200 && reply.status != 410) {
            throw api_error(reply, "watch the pods of node " + node_);
        }
    }

    [[noreturn]] void throw_left() const {
        Error error("node " + node_ +
                        " could not be drained in time: " + std::to_string(left_.size()) +
                        (left_.size() == 1 ? " pod" : " pods") + " still on it",
                    ExitStatus::not_ready);
        for (const auto& [name, why] : left_) {
            error.with_detail("pod " + name + ": " + why);
        }
        error.try_this("run more replicas elsewhere or relax the PodDisruptionBudget, then repeat "
                       "the command");
        throw error;
    }

    ApiClient& client_;
    std::string node_;
    Clock::time_point deadline_;
    const DrainObserver& observer_;
    std::map<std::string, std::string> left_; ///< pod → why it still exists
};

} // namespace

DrainPlan plan_drain(ApiClient& client, std::string_view node) {
    return plan_drain(list_pods(client, node));
}

bool cordon(ApiClient& client, std::string_view node) {
    if (flag_at(part_at(read_node(client, node), "spec"), "unschedulable")) {
        return false;
    }
    client.merge_patch(node_path(node), cordon_patch("true", true));
    return true;
}

bool is_cordoned_by_us(const Json& node) {
    return part_at(part_at(node, "metadata"), "annotations").contains(cordon_mark);
}

bool uncordon(ApiClient& client, std::string_view node) {
    if (!is_cordoned_by_us(read_node(client, node))) {
        return false;
    }
    client.merge_patch(node_path(node), cordon_patch(nullptr, nullptr));
    return true;
}

void drain(ApiClient& client, std::string_view node, Clock::time_point deadline,
           const DrainObserver& observer) {
    Drain(client, node, deadline, observer).run();
}

} // namespace k8s_node::cluster
