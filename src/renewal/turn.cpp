#include "renewal/turn.hpp"

#include <algorithm>
#include <utility>

#include "etcd/all_vote.hpp"
#include "etcd/etcd.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace {

constexpr std::chrono::seconds interval{1};
/// A server that restarts, or an election, takes less.
constexpr std::chrono::seconds patience_with_silence{300};

/// What an attempt to take something came to: it is taken if both are empty.
struct Answer {
    std::optional<std::string> holder{};
    std::string complaint{}; ///< why nobody could be asked
};

Answer answer_of(const std::function<std::optional<std::string>()>& attempt) {
    try {
        return {attempt()};
    } catch (const Error& error) {
        return {{}, error.message()};
    }
}

Error not_its_turn(const std::string& why) {
    Error error("only one machine at a time may restart these services, and it is not the turn of "
                "this one: " +
                    why,
                ExitStatus::not_ready);
    error.try_this("k8s-node-install status on the control planes; then the same command again");
    return error;
}

} // namespace

Turn::Turn(const Manifest& manifest, const Root& root, std::string why, EventLoop& loop, Tell tell)
    : loop_(loop), tell_(std::move(tell)) {
    const auto& kubeconfig = manifest.cluster.admin_kubeconfig;
    if (manifest.provided.api_server && !kubeconfig.empty()) {
        api_ = std::make_unique<cluster::CurlTransport>(read_kubeconfig(kubeconfig, root), loop,
                                                        AtSignal::end);
        lease_.emplace(*api_, lease_name, manifest.node_name, time);
    }
    if (manifest.provided.etcd) {
        const auto credentials = cluster::etcd_credentials(*manifest.provided.etcd, root);
        etcd_.emplace(etcd_connector(credentials, loop), std::vector{credentials.server});
        // Not the name alone, which is the holder while the member joins.
        members_.emplace(*etcd_, manifest.node_name + ", which " + why, time);
    }
}

bool Turn::wait(const Attempt& attempt, Deadline deadline, Silence silence) {
    const auto silence_ends = std::min(deadline, EventLoop::Clock::now() + patience_with_silence);
    for (;; loop_.pause_until(EventLoop::Clock::now() + interval)) {
        const auto [holder, complaint] = answer_of(attempt);
        if (!holder && complaint.empty()) {
            return true;
        }
        if (!holder && silence == Silence::go_on) {
            tell_("goes on without waiting for others, since nobody can be asked: " + complaint);
            return false;
        }
        const auto why = holder ? *holder + " has its turn" : complaint;
        if (EventLoop::Clock::now() >= (holder ? deadline : silence_ends)) {
            throw not_its_turn(why);
        }
        if (std::exchange(told_, why) != why) {
            tell_("waits for its turn: " + why);
        }
    }
}

void Turn::take(Silence silence) {
    const auto deadline = EventLoop::Clock::now() + patience;
    if (lease_) {
        wait([this] { return lease_->take(Lease::Clock::now()); }, deadline, silence);
    }
    if (members_ && wait([this] { return members_->take(); }, deadline, silence)) {
        wait_until_all_vote(*etcd_, loop_, deadline, tell_);
    }
}

void Turn::give_back() noexcept {
    const auto try_to = [this](const std::function<void()>& release) {
        try {
            release();
        } catch (const std::exception& error) {
            tell_(std::string("the turn ends by itself later, since it was not given back: ") +
                  error.what());
        }
    };
    if (members_) {
        try_to([this] { members_->release(); });
    }
    if (lease_) {
        try_to([this] { lease_->release(); });
    }
}

} // namespace k8s_node
