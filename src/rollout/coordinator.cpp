#include "rollout/coordinator.hpp"

#include <utility>
#include <vector>

#include "cluster/api_error.hpp"
#include "cluster/json_text.hpp"
#include "rollout/wish_collection.hpp"
#include "support/error.hpp"
#include "support/time.hpp"

namespace k8s_node::rollout {

namespace {

using cluster::part_at;
using cluster::text_at;

/// How often a wait that depends on the time of day is looked at.
constexpr std::chrono::seconds clock_interval{20};

std::string version_of(const Json& object) {
    return text_at(part_at(object, "metadata"), "resourceVersion");
}

} // namespace

Coordinator::Coordinator(EventLoop& loop, Kubeconfig user, Observer observer)
    : connection_(loop, std::move(user)), observer_(std::move(observer)) {
    follow(
        wish_, wish_collection(), [this] { object_ = nullptr; },
        [this](const Json& object) { object_ = object; },
        [this](const Json&) { object_ = nullptr; });
    follow(
        node_objects_, {"/api/v1/nodes", "", "nodes"}, [this] { nodes_.clear(); },
        [this](const Json& node) {
            auto view = view_of(node);
            nodes_.insert_or_assign(view.name, std::move(view));
        },
        [this](const Json& node) { nodes_.erase(view_of(node).name); });
    tell("waits for news: " + wish_->lost());
}

void Coordinator::follow(std::optional<watch::Followed>& followed, watch::Collection collection,
                         std::function<void()> begun, std::function<void(const Json&)> seen,
                         std::function<void(const Json&)> gone) {
    followed.emplace(connection_, std::move(collection),
                     watch::Followed::Observer{
                         std::move(begun), std::move(seen), std::move(gone),
                         [this] { look_soon(); },
                         [this](const std::string& why) { observer_.log(Priority::notice, why); },
                         [this] { become_ready(); }});
}

/// Several pieces of news are one reason to look, and observers must not end their own watch.
void Coordinator::look_soon() {
    soon_ = connection_.loop.defer([this] { look(); });
}

void Coordinator::look() {
    for (const auto* followed : {&wish_, &node_objects_}) {
        if (!(*followed)->is_current()) {
            tell("waits for news: " + (*followed)->lost());
            return;
        }
    }
    become_ready();
    const auto wish = read_wish(object_);
    if (!wish) {
        tell("waits for a rollout (k8s-node-install cluster rollout)");
        return;
    }
    if (change_ || (!awaited_.empty() && awaited_ == version_of(object_))) {
        return;
    }
    awaited_.clear();
    std::vector<NodeView> nodes;
    for (const auto& [name, view] : nodes_) {
        nodes.push_back(view);
    }
    const auto decision = decide(*wish, nodes, utc_now());
    tell(decision.status);
    if (decision.next) {
        send(*decision.next, decision.status);
    } else if (wish->until && wish->state == State::running) {
        clock_ = connection_.loop.after(clock_interval, [this] { look(); });
    }
}

/// The object keeps the version that was seen: the API server refuses it if another has decided.
void Coordinator::send(const Wish& next, const std::string& status) {
    awaited_ = version_of(object_);
    change_.emplace(connection_,
                    cluster::HttpRequest{"PUT", std::string(objects_path) + "/" + object_name,
                                         "application/json", with_wish(object_, next).dump()},
                    cluster::request_time,
                    watch::ApiRequest::Observer{
                        [this, status](const auto& reply) { take_answer(status, reply); },
                        [this](const std::exception_ptr& failure) {
                            try {
                                std::rethrow_exception(failure);
                            } catch (const Error& error) {
                                fail(error.message());
                            }
                        }});
}

void Coordinator::take_answer(const std::string& status, const cluster::HttpReply& reply) {
    constexpr long not_found = 404;
    constexpr long conflict = 409;
    if (reply.status == conflict || reply.status == not_found) {
        fail(""); // another control plane was first: its news are on their way
        return;
    }
    if (reply.status != 200) {
        fail(cluster::api_error(reply, "change the ConfigMap k8s-node-rollout").message());
        return;
    }
    change_.reset();
    back_off_.reset();
    failure_.clear();
    observer_.log(Priority::notice, status);
    look_soon();
}

void Coordinator::fail(const std::string& why) {
    change_.reset();
    awaited_.clear();
    if (std::exchange(failure_, why) != why && !why.empty()) {
        observer_.log(Priority::warning, why);
    }
    retry_ = connection_.loop.after(back_off_.next(), [this] { look(); });
}

void Coordinator::become_ready() {
    if (!std::exchange(is_ready_, true)) {
        observer_.ready();
    }
}

void Coordinator::tell(const std::string& text) {
    if (std::exchange(status_, text) != text) {
        observer_.status(text);
    }
}

} // namespace k8s_node::rollout
