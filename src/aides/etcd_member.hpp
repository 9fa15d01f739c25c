// Run by etcd.service before and after etcd: how a member begins or enters a cluster.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

namespace k8s_node {

/// Paths are absolute; URLs are those of this machine unless they are said to be others'.
struct EtcdMemberOptions {
    std::string name;
    std::string peer_url;   ///< "https://192.0.2.11:2380"
    std::string client_url; ///< as others reach it: "https://192.0.2.11:2379"
    std::string endpoint = "https://127.0.0.1:2379"; ///< as this machine reaches it
    std::string data = "/var/lib/etcd";
    std::string environment;        ///< file to write, for EnvironmentFile=
    std::string note;               ///< what is kept from one start to the next
    bool begins = false;            ///< its cluster, unless it has been a member before
    std::vector<std::string> peers; ///< client URLs of members; none: those of the control planes
    std::string kubeconfig;         ///< by which these are asked for
    /// API servers to ask; none: that of the kubeconfig. This machine's own does not run before
    /// etcd does.
    std::vector<std::string> api_servers;
    std::string ca; ///< PEM files of a client of etcd
    std::string certificate;
    std::string key;
    std::chrono::seconds lock_time{60}; ///< of MemberLock
};

/// Called for each step, and for each new reason for a wait.
using EtcdMemberTell = std::function<void(const std::string&)>;

/// Before a start. A machine that begins its cluster is told how etcd does that, once: afterwards
/// it is like the others. One without data is added to the cluster as a learner, however long that
/// has to wait, and how etcd is to start is written to the file for its environment. One with data
/// is left as it is, unless the cluster says that it was removed meanwhile: data that never had a
/// vote are removed and the machine is added anew; others are the operator's, and Error says what
/// to do.
void enter_etcd(const EtcdMemberOptions& options, const EtcdMemberTell& tell);

/// After a start. Waits until this member has a vote, which it asks for as a learner, and gives the
/// lock of the change back. Throws Error if the cluster has removed the member.
void promote_etcd(const EtcdMemberOptions& options, const EtcdMemberTell& tell);

} // namespace k8s_node
