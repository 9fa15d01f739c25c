// The part of one node in the rollouts of its cluster.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "rollout/turn.hpp"
#include "support/log.hpp"
#include "watch/list_watch.hpp"

namespace k8s_node::rollout {

/// Where a Participant finds what it needs.
struct ParticipantFiles {
    std::string kubeconfig; ///< kubelet's; its certificate may be renewed, and may come later
    Root root;              ///< of this machine
};

/// Watches the wish and its own Node object for as long as it lives, and keeps there what it has to
/// say. When its turn is given it says first that it begins, so that a node that cannot be heard
/// changes nothing; then it writes the turn for k8s-node-rollout-turn.service, and says what came
/// of it. All that it knows is on its disk and in these objects.
class Participant {
public:
    struct Observer {
        /// Called once: it has begun to watch.
        std::function<void()> ready;
        /// Its work or its wait in a few words, when that changes.
        std::function<void(const std::string&)> status;
        /// A turn that begins or ends, or trouble, once for each reason.
        std::function<void(Priority, const std::string&)> log;
    };

    /// Begins. `loop` must outlive it.
    Participant(EventLoop& loop, ParticipantFiles files, std::string node, Observer observer);

private:
    void begin_watch();
    void renew_credentials();
    [[nodiscard]] watch::ListWatch::Observer wish_observer();
    [[nodiscard]] watch::ListWatch::Observer node_observer();
    void lose(const std::string& why);
    void look_soon();
    void look();
    [[nodiscard]] Report wanted_report();
    [[nodiscard]] bool is_given(const Report& result) const;
    void say(const std::string& report);
    void tell_status(const Report& report);

    EventLoop& loop_;
    ParticipantFiles files_;
    std::string node_;
    Observer observer_;
    std::optional<Wish> wish_;
    std::optional<std::string> said_; ///< the annotation; nullopt: there is no Node object
    std::string lost_;                ///< why there is no news
    std::string status_;
    watch::BackOff back_off_;
    EventSource retry_;
    EventSource renewal_;
    EventSource soon_;
    EventSource turn_look_; ///< while a turn goes on
    std::optional<watch::ApiConnection> connection_;
    std::optional<watch::ListWatch> wish_watch_;
    std::optional<watch::ListWatch> node_watch_;
    std::optional<watch::ApiRequest> request_;
};

} // namespace k8s_node::rollout
