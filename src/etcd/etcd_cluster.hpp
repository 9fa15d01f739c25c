// Requests to a cluster of etcd through whichever of its members answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cluster/transport.hpp"
#include "etcd/members.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "loop/event_loop.hpp"

namespace k8s_node {

/// A member that only shows that it lives need not ask the others: it answers within this time.
inline constexpr std::chrono::milliseconds etcd_life_time{3'000};

/// Makes a connection to a member at a URL; sends nothing yet.
using EtcdConnector = std::function<std::unique_ptr<cluster::Transport>(const std::string& url)>;

/// Connects with the credentials of a client of etcd (cluster::etcd_credentials()), whatever server
/// they name. The loop must outlive the connections.
[[nodiscard]] EtcdConnector etcd_connector(Kubeconfig credentials, EventLoop& loop);

class EtcdCluster {
public:
    /// How long one member may take for an answer: etcd itself gives up after 5 s and two elections
    /// (server/config/config.go, ReqTimeout()).
    static constexpr std::chrono::milliseconds patience{10'000};

    /// `urls` are client URLs, in the order in which they are tried.
    EtcdCluster(EtcdConnector connect, std::vector<std::string> urls,
                std::chrono::milliseconds time = patience);

    /// Asks the first member that answers and has a leader; that one comes first the next time.
    /// Throws EtcdError if it refuses, ConnectionError with each one's reason if there is none.
    /// After a ConnectionError a change may have been made nevertheless.
    nlohmann::json ask(const std::string& path, const nlohmann::json& question);

    /// Returns the members as the majority knows them. Throws like ask().
    [[nodiscard]] std::vector<Member> list_members();

    /// Returns the IDs of those members that answer at one of their client URLs.
    [[nodiscard]] std::set<std::uint64_t> answering(const std::vector<Member>& members);

    /// Removes a member and reads back that it is gone; false if there was none of this ID. Asks
    /// the others first, since the one that is removed may not live to answer. Throws Error with
    /// the reason if the rest would be no majority (why_not_remove()), and then removes nothing.
    bool remove_member(std::uint64_t id);

private:
    nlohmann::json ask_one(const std::string& url, const std::string& path,
                           const nlohmann::json& question);
    void prefer_others(const std::vector<Member>& members, std::uint64_t id);

    EtcdConnector connect_;
    std::vector<std::string> urls_;
    std::chrono::milliseconds time_;
};

} // namespace k8s_node
