// Gives the nodes of a cluster their turns, one after another.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "rollout/decision.hpp"
#include "support/log.hpp"
#include "watch/followed.hpp"

namespace k8s_node::rollout {

/// Watches the wish and all Node objects for as long as it lives, and writes the next step of the
/// wish into its object. One runs on every control plane and all work at once: the API server takes
/// only a change of the version that was seen, so that the first of them decides and the others see
/// it. There is no leader whose loss would have to be noticed.
class Coordinator {
public:
    struct Observer {
        /// Called once: it has seen the objects, or the API server answers and does not allow that
        /// yet. The role that does is applied by an install when all services run.
        std::function<void()> ready;
        /// Its work or its wait in a few words, when that changes.
        std::function<void(const std::string&)> status;
        /// A decision, or trouble, once for each reason.
        std::function<void(Priority, const std::string&)> log;
    };

    /// Begins. `loop` must outlive it.
    Coordinator(EventLoop& loop, Kubeconfig user, Observer observer);

private:
    void follow(std::optional<watch::Followed>& followed, watch::Collection collection,
                std::function<void()> begun, std::function<void(const Json&)> seen,
                std::function<void(const Json&)> gone);
    void look_soon();
    void look();
    void send(const Wish& next, const std::string& status);
    void take_answer(const std::string& status, const cluster::HttpReply& reply);
    void fail(const std::string& why);
    void become_ready();
    void tell(const std::string& text);

    watch::ApiConnection connection_;
    Observer observer_;
    Json object_; ///< the ConfigMap; null: there is none
    std::map<std::string, NodeView> nodes_;
    std::string awaited_; ///< the version of the object that was changed, until there is news of it
    bool is_ready_ = false;
    std::string failure_;
    std::string status_;
    watch::BackOff back_off_;
    EventSource soon_;
    EventSource retry_;
    EventSource clock_; ///< until is a reason to look as well
    std::optional<watch::ApiRequest> change_;
    std::optional<watch::Followed> wish_;
    std::optional<watch::Followed> node_objects_;
};

} // namespace k8s_node::rollout
