#include "dns_endpoints/keeper.hpp"

#include <utility>

#include "cluster/api_error.hpp"
#include "cluster/api_path.hpp"
#include "cluster/json_text.hpp"

namespace k8s_node::dns_endpoints {

namespace {

using cluster::part_at;
using cluster::text_at;
using watch::Collection;

Collection nodes() {
    return {"/api/v1/nodes", "", "nodes"};
}

/// The API servers write this slice themselves, each for itself.
Collection api_servers() {
    return {"/apis/discovery.k8s.io/v1/namespaces/default/endpointslices",
            "fieldSelector=metadata.name%3Dkubernetes", "API servers"};
}

Collection slices() {
    return {std::string(slices_path),
            "labelSelector=kubernetes.io/service-name%3Dkube-dns,"
            "endpointslice.kubernetes.io/managed-by%3Dk8s-node-install",
            "EndpointSlices of kube-dns"};
}

std::string name_of(const Json& object) {
    return text_at(part_at(object, "metadata"), "name");
}

cluster::HttpRequest request_for(const Step& step) {
    const auto collection = std::string(slices_path);
    const auto path = collection + "/" + cluster::escape_segment(step.name);
    switch (step.kind) {
    case StepKind::create:
        return {"POST", collection, "application/json", step.object.dump()};
    case StepKind::update:
        return {"PUT", path, "application/json", step.object.dump()};
    case StepKind::remove:
        break;
    }
    // Only the one that was seen: another may have taken its name meanwhile.
    const Json only = {
        {"preconditions", {{"uid", text_at(part_at(step.object, "metadata"), "uid")}}}};
    return {"DELETE", path, "application/json", only.dump()};
}

} // namespace

Keeper::Keeper(EventLoop& loop, Kubeconfig user, OwnServer own, Observer observer)
    : connection_(loop, std::move(user)), own_(std::move(own)), observer_(std::move(observer)) {
    follow(
        nodes_, nodes(), [this] { seen_.nodes.clear(); },
        [this](const Json& node) { seen_.nodes[name_of(node)] = is_ready(node); },
        [this](const Json& node) { seen_.nodes.erase(name_of(node)); });
    follow(
        api_servers_, api_servers(), [this] { seen_.api_servers.clear(); },
        [this](const Json& slice) { seen_.api_servers = ready_addresses(slice); },
        [this](const Json&) { seen_.api_servers.clear(); });
    follow(
        slices_, slices(),
        [this] {
            seen_.slices.clear();
            awaited_.clear();
        },
        [this](const Json& slice) {
            seen_.slices[name_of(slice)] = slice;
            hear_of(name_of(slice));
        },
        [this](const Json& slice) {
            seen_.slices.erase(name_of(slice));
            hear_of(name_of(slice));
        });
    tell_status();
}

void Keeper::follow(std::optional<watch::Followed>& followed, Collection collection,
                    std::function<void()> begun, std::function<void(const Json&)> seen,
                    std::function<void(const Json&)> gone) {
    followed.emplace(connection_, std::move(collection),
                     watch::Followed::Observer{
                         std::move(begun), std::move(seen), std::move(gone),
                         [this] { look_soon(); },
                         [this](const std::string& why) { observer_.log(Priority::notice, why); },
                         [this] { become_ready(); }});
}

void Keeper::hear_of(const std::string& name) {
    if (awaited_ == name) {
        awaited_.clear();
    }
}

/// Several pieces of news are one reason to look, and observers must not end their own watch.
void Keeper::look_soon() {
    soon_ = connection_.loop.defer([this] { look(); });
}

void Keeper::look() {
    tell_status();
    if (change_ || !awaited_.empty() || !nodes_->is_current() || !api_servers_->is_current() ||
        !slices_->is_current()) {
        return;
    }
    const auto steps = steps_to_truth(seen_, own_);
    if (steps.empty()) {
        back_off_.reset();
        failure_.clear();
        become_ready();
        tell_status();
    } else {
        send(steps.front());
    }
}

void Keeper::send(const Step& step) {
    awaited_ = step.name;
    change_.emplace(
        connection_, request_for(step), cluster::request_time,
        watch::ApiRequest::Observer{[this, step](const auto& reply) { take_answer(step, reply); },
                                    [this](const std::exception_ptr& failure) {
                                        try {
                                            std::rethrow_exception(failure);
                                        } catch (const Error& error) {
                                            fail(error.message());
                                        }
                                    }});
}

/// The watch brings the news of a change before or after its answer, and in the right order.
void Keeper::take_answer(const Step& step, const cluster::HttpReply& reply) {
    constexpr long not_found = 404;
    constexpr long conflict = 409;
    constexpr long first_failure = 300;
    if (reply.status == conflict || reply.status == not_found) {
        fail(""); // another control plane was first: its news are on their way
        return;
    }
    if (reply.status >= first_failure) {
        fail(cluster::api_error(reply, "change EndpointSlice " + step.name).message());
        return;
    }
    change_.reset();
    back_off_.reset();
    failure_.clear();
    observer_.log(Priority::notice, step.message);
    look_soon();
}

void Keeper::fail(const std::string& why) {
    change_.reset();
    awaited_.clear();
    if (std::exchange(failure_, why) != why && !why.empty()) {
        observer_.log(Priority::warning, why);
    }
    tell_status();
    retry_ = connection_.loop.after(back_off_.next(), [this] { look(); });
}

void Keeper::become_ready() {
    if (!std::exchange(is_ready_, true)) {
        observer_.ready();
    }
}

void Keeper::tell_status() {
    std::string text = "keeps the DNS servers of the cluster";
    for (const auto* followed : {&nodes_, &api_servers_, &slices_}) {
        if (!(*followed)->lost().empty()) {
            text = "waits for news: " + (*followed)->lost();
        }
    }
    if (!failure_.empty()) {
        text = "a change waits: " + failure_;
    }
    if (std::exchange(status_, text) != text) {
        observer_.status(text);
    }
}

} // namespace k8s_node::dns_endpoints
