#include "etcd/all_vote.hpp"

#include <utility>

#include "cluster/api_error.hpp"
#include "support/error.hpp"

namespace k8s_node {

std::string why_not_all_vote(EtcdCluster& etcd) {
    const auto members = etcd.list_members();
    const auto answering = etcd.answering(members);
    for (const auto& member : members) {
        if (member.is_learner || !member.has_started()) {
            return "member " + member_text(member) + " has no vote yet";
        }
        if (!answering.contains(member.id)) {
            return "member " + member_text(member) + " does not answer";
        }
    }
    return {};
}

void wait_until_all_vote(EtcdCluster& etcd, EventLoop& loop, EventLoop::Clock::time_point deadline,
                         const std::function<void(const std::string&)>& tell) {
    constexpr std::chrono::seconds interval{1};
    std::string told;
    for (;;) {
        std::string why;
        try {
            why = why_not_all_vote(etcd);
        } catch (const cluster::ConnectionError& error) {
            why = error.message();
        }
        if (why.empty()) {
            return;
        }
        if (EventLoop::Clock::now() >= deadline) {
            throw Error("etcd cannot spare this machine's member now: " + why,
                        ExitStatus::not_ready)
                .try_this("bring the other member back first (journalctl -u etcd on its machine)");
        }
        if (std::exchange(told, why) != why) {
            tell("waits until etcd can spare this machine's member: " + why);
        }
        loop.pause_until(std::min(deadline, EventLoop::Clock::now() + interval));
    }
}

} // namespace k8s_node
