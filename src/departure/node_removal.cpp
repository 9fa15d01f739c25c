#include "departure/node_removal.hpp"

#include <algorithm>

#include "cluster/drain.hpp"
#include "cluster/json_text.hpp"
#include "cluster/node_alive.hpp"
#include "cluster/versions.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node {

namespace {

using nlohmann::json;

class Run {
public:
    Run(const NodeRemoval& removal, const ClusterHands& hands)
        : removal_(removal), hands_(hands), name_(removal.node) {}

    NodeRemoved run() {
        look();
        refuse_the_last();
        refuse_this_machine();
        refuse_without_etcd();
        empty_and_leave_etcd();
        delete_remains(hands_.client, name_, hands_.tell);
        return found_;
    }

private:
    void look() {
        auto& client = hands_.client;
        const auto node = client.get(cluster::node_path(name_));
        nodes_ = cluster::list_nodes(client);
        if (hands_.etcd != nullptr) {
            members_ = hands_.etcd->list_members();
            look_for_member();
        }
        found_.existed = node || member_;
        found_.was_control_plane = member_ || std::ranges::any_of(nodes_, [&](const auto& one) {
                                       return one.name == name_ && one.control_plane;
                                   });
        found_.was_alive =
            node && cluster::is_alive(
                        {*node, client.get(cluster::lease_path(name_)).value_or(json::object())},
                        utc_now());
        if (!node) {
            hands_.tell(Priority::notice, "there is no Node object " + name_ +
                                              "; what else it may have left is looked for");
        }
    }

    /// One that never started has no name yet, only the address of its machine.
    void look_for_member() {
        const auto node = std::ranges::find(nodes_, name_, &cluster::NodeVersions::name);
        const auto place =
            node == nodes_.end() ? "" : "https://" + host_in_url(node->address) + ":";
        const auto found = std::ranges::find_if(members_, [&](const Member& member) {
            return member.name == name_ ||
                   (!member.has_started() && !place.empty() &&
                    std::ranges::any_of(member.peer_urls, [&](const std::string& url) {
                        return url.starts_with(place);
                    }));
        });
        if (found != members_.end()) {
            member_ = *found;
        }
    }

    void refuse_the_last() const {
        const bool has_other = std::ranges::any_of(
            nodes_, [&](const auto& one) { return one.name != name_ && one.control_plane; });
        if (found_.was_control_plane && !has_other) {
            throw Error("node " + name_ +
                            " is the last control plane of its cluster: without it there would be "
                            "no API server and no database",
                        ExitStatus::unsuitable)
                .try_this("to end the cluster, run k8s-node-install reset on each of its machines; "
                          "to replace this one, let another control plane join first");
        }
    }

    void refuse_this_machine() const {
        if (name_ == removal_.own_node) {
            throw Error("this machine is node " + name_ + " itself", ExitStatus::unsuitable)
                .try_this("run k8s-node-install reset, which leaves the cluster, or remove the "
                          "node from another control plane");
        }
    }

    void refuse_without_etcd() const {
        if (found_.was_control_plane && hands_.etcd == nullptr && !removal_.has_external_etcd) {
            throw Error("node " + name_ +
                            " is a control plane, and this machine may not ask etcd, of which it "
                            "may be a member",
                        ExitStatus::unsuitable)
                .try_this("run this command on another control plane");
        }
        if (!member_) {
            return;
        }
        if (const auto why =
                why_not_remove(members_, member_->id, hands_.etcd->answering(members_))) {
            throw Error("node " + name_ + " cannot leave now: " + *why, ExitStatus::unsuitable)
                .try_this("bring the other members back, or replace them first; systemctl status "
                          "etcd on their machines says what is wrong");
        }
    }

    void empty() {
        if (!found_.was_alive) {
            if (found_.existed) {
                hands_.tell(Priority::notice,
                            "node " + name_ +
                                " does not answer, so it is not drained: the cluster starts its "
                                "pods elsewhere, and its machine must stay off until it is reset");
            }
            return;
        }
        if (!removal_.drains) {
            return;
        }
        refuse_to_lose_pods();
        cordoned_ = cluster::cordon(hands_.client, name_);
        cluster::drain(hands_.client, name_, cluster::Clock::now() + removal_.drain_time,
                       [&](const std::string& message) { hands_.tell(Priority::info, message); });
        hands_.tell(Priority::info, "node " + name_ + " was drained");
    }

    /// A node that stays takes pods again.
    void empty_and_leave_etcd() {
        try {
            empty();
            leave_etcd();
        } catch (...) {
            if (cordoned_) {
                cluster::uncordon(hands_.client, name_);
            }
            throw;
        }
    }

    void refuse_to_lose_pods() const {
        const auto plan = cluster::plan_drain(hands_.client, name_);
        if (!plan.unmanaged.empty()) {
            throw Error("pods of node " + name_ +
                            " would be lost, since nothing starts them "
                            "elsewhere: " +
                            join(plan.unmanaged, ", "),
                        ExitStatus::unsuitable)
                .try_this("delete them first, or give them up: --no-drain");
        }
        if (!plan.scratch.empty()) {
            hands_.tell(Priority::notice,
                        "the emptyDir volumes of these pods are lost: " + join(plan.scratch, ", "));
        }
    }

    void leave_etcd() {
        if (member_ && hands_.etcd->remove_member(member_->id)) {
            hands_.tell(Priority::info,
                        "member " + member_text(*member_) + " was removed from etcd");
        }
    }

    const NodeRemoval& removal_;
    const ClusterHands& hands_;
    const std::string& name_;
    std::vector<cluster::NodeVersions> nodes_;
    std::vector<Member> members_;
    std::optional<Member> member_;
    NodeRemoved found_;
    bool cordoned_ = false; ///< by this run
};

} // namespace

NodeRemoved remove_node(const NodeRemoval& removal, const ClusterHands& hands) {
    return Run(removal, hands).run();
}

} // namespace k8s_node
