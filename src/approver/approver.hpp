// Approves the serving certificates of kubelets, and denies what poses as one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "approver/decision.hpp"
#include "support/log.hpp"
#include "watch/list_watch.hpp"

namespace k8s_node::approver {

/// Watches requests for the signer kubernetes.io/kubelet-serving for as long as it lives. Node
/// objects are listed and watched only while a request is pending, so that it costs nothing to wait
/// and that a decision knows the present state. Several of them may work on one cluster: the API
/// server takes the first decision.
class Approver {
public:
    struct Observer {
        /// Called once: the requests are listed, or the API server answers and does not allow that
        /// yet. The role that does is applied by an install when all services run.
        std::function<void()> ready;
        /// Its work or its wait in a few words, when that changes.
        std::function<void(const std::string&)> status;
        /// A decision, or a request that has to wait, once for each reason.
        std::function<void(Priority, const std::string&)> log;
    };

    /// Begins to list. `loop` must outlive it.
    Approver(EventLoop& loop, Kubeconfig user, Reserved reserved, Observer observer);

private:
    struct Pending {
        Json object;
        std::string told;            ///< why it waits, as it was logged
        bool is_settled = false;     ///< decided, until the watch brings the news
        bool is_listed = true;       ///< seen since the last list began
        std::uint64_t looked_at = 0; ///< the state of the Node objects for which it waits
    };

    [[nodiscard]] watch::ListWatch::Observer request_observer();
    [[nodiscard]] watch::ListWatch::Observer node_observer();
    void see_request(const Json& object);
    void become_ready();
    void lose(std::string& place, const std::string& what, const std::string& why);
    void consider_soon();
    void consider();
    void follow_nodes(bool is_needed);
    void consider(Pending& pending);
    void wait(Pending& pending, const std::string& why);
    void send(const Json& object, const Decision& decision);
    void take_answer(const Json& object, const Decision& decision, const cluster::HttpReply& reply);
    void fail(const Json& object, const std::string& why);
    void tell_status();

    watch::ApiConnection connection_;
    Reserved reserved_;
    Observer observer_;
    std::map<std::string, Pending> pending_; ///< by name
    /// On their way, by the name of the request: their news may precede their answer.
    std::map<std::string, watch::ApiRequest> decisions_;
    NodeDirectory nodes_;
    std::uint64_t nodes_state_ = 0; ///< counts their changes
    bool requests_are_current_ = false;
    bool nodes_are_current_ = false;
    bool is_ready_ = false;
    std::string requests_lost_; ///< why there is no news; empty if there is
    std::string nodes_lost_;
    std::string status_;
    EventSource soon_;
    EventSource retry_;
    watch::BackOff back_off_; ///< of decisions
    std::optional<watch::ListWatch> node_watch_;
    std::optional<watch::ListWatch> request_watch_;
};

} // namespace k8s_node::approver
