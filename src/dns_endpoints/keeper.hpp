// Keeps the EndpointSlices of the Service kube-dns true.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "dns_endpoints/slices.hpp"
#include "support/log.hpp"
#include "watch/followed.hpp"

namespace k8s_node::dns_endpoints {

/// Follows Node objects, API servers and slices, and makes the changes of steps_to_truth(), one
/// after another, for as long as it lives. One on every control plane: whichever comes first makes
/// a change, and the API server refuses the others' (409, 404), for whom it is news.
class Keeper {
public:
    struct Observer {
        /// Called once: everything is as it should be, or the own Node object does not exist yet,
        /// or the API server answers and does not allow this user anything yet.
        std::function<void()> ready;
        /// Its work or its wait in a few words, when that changes.
        std::function<void(const std::string&)> status;
        /// A change, or why one waits, once for each reason.
        std::function<void(Priority, const std::string&)> log;
    };

    /// Begins to list. `loop` must outlive it.
    Keeper(EventLoop& loop, Kubeconfig user, OwnServer own, Observer observer);

private:
    void follow(std::optional<watch::Followed>& followed, watch::Collection collection,
                std::function<void()> begun, std::function<void(const Json&)> seen,
                std::function<void(const Json&)> gone);
    void hear_of(const std::string& name);
    void look_soon();
    void look();
    void send(const Step& step);
    void take_answer(const Step& step, const cluster::HttpReply& reply);
    void fail(const std::string& why);
    void become_ready();
    void tell_status();

    watch::ApiConnection connection_;
    OwnServer own_;
    Observer observer_;
    Seen seen_;
    std::string status_;
    std::string failure_; ///< why a change waits
    std::string awaited_; ///< a slice that was changed, and of which there is no news yet
    bool is_ready_ = false;
    EventSource soon_;
    EventSource retry_;
    watch::BackOff back_off_; ///< of changes
    std::optional<watch::Followed> nodes_;
    std::optional<watch::Followed> api_servers_;
    std::optional<watch::Followed> slices_;
    std::optional<watch::ApiRequest> change_; ///< on its way
};

} // namespace k8s_node::dns_endpoints
