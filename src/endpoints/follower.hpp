// Keeps the load balancer of this node, a HAProxy, at the API servers that the cluster has.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "endpoints/runtime_request.hpp"
#include "endpoints/server_list.hpp"
#include "endpoints/slots.hpp"
#include "support/log.hpp"
#include "watch/list_watch.hpp"

namespace k8s_node::endpoints {

/// Where a Follower finds what it needs.
struct FollowerFiles {
    std::string kubeconfig; ///< whose; its certificate may be renewed, and may come later
    std::string socket;     ///< of HAProxy's runtime interface
    std::string list;       ///< keeps the last known servers; its directory exists
};

/// Follows the EndpointSlices of the Service kubernetes in the namespace default for as long as it
/// lives. What it knew last it tells HAProxy first, without asking anybody: a node that starts
/// while no API server answers, or only a new one does, must find it. A cluster that lists no API
/// server is not believed: one that stops takes itself off the list, and is the one that comes
/// back.
class Follower {
public:
    struct Observer {
        /// Called once: HAProxy has what was known.
        std::function<void()> ready;
        /// Its work or its wait in a few words, when that changes.
        std::function<void(const std::string&)> status;
        /// A change of the servers, or trouble, once for each reason.
        std::function<void(Priority, const std::string&)> log;
    };

    /// Begins. `first` are servers to know if there is no list yet. `loop` must outlive it.
    Follower(EventLoop& loop, FollowerFiles files, const Servers& first, Observer observer);

private:
    void begin_watch();
    void renew_credentials();
    [[nodiscard]] watch::ListWatch::Observer slice_observer();
    void take_slices();
    void save(const Servers& servers);
    void synchronize();
    void take_table(const std::string& answer);
    void send(const SlotChanges& changes);
    void ask_haproxy(const std::vector<std::string>& commands,
                     std::function<void(const std::string&)> answered);
    void lose(std::string& place, const std::string& what, const std::string& why);
    void regain(std::string& place);
    void tell_status();

    EventLoop& loop_;
    FollowerFiles files_;
    Observer observer_;
    Servers servers_;                       ///< that HAProxy shall know
    Servers saved_;                         ///< in the file
    std::map<std::string, Servers> slices_; ///< by name of the object
    bool is_ready_ = false;
    bool is_asking_ = false; ///< HAProxy
    bool is_old_ = false;    ///< what HAProxy is being told: it is asked once more
    std::string cluster_lost_ = "the API server has not answered yet"; ///< why no news
    std::string haproxy_lost_;
    std::string status_;
    watch::BackOff haproxy_back_off_;
    watch::BackOff cluster_back_off_;
    EventSource haproxy_retry_;
    EventSource cluster_retry_;
    std::optional<RuntimeRequest> request_;
    std::optional<watch::ApiConnection> connection_;
    std::optional<watch::ListWatch> watch_;
};

} // namespace k8s_node::endpoints
