// Requests to a member of etcd through its gRPC gateway: JSON by POST.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "cluster/transport.hpp"
#include "kubeconfig/kubeconfig.hpp"
#include "model/provided.hpp"
#include "support/error.hpp"

namespace k8s_node::cluster {

/// etcd answered, and refuses.
class EtcdError : public Error {
public:
    EtcdError(std::string message, long status, std::string reason)
        : Error(std::move(message)), status_(status), reason_(std::move(reason)) {}

    /// Returns etcd's words: "etcdserver: unhealthy cluster".
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
    /// True if it changes no members yet: all must have been connected for five seconds, which one
    /// that was just started must wait for (etcd v3.6, server/etcdserver/server.go,
    /// HealthInterval).
    [[nodiscard]] bool is_unsettled() const noexcept {
        return reason_ == "etcdserver: unhealthy cluster";
    }
    /// True if this member cannot say at present, and another one may: it has no leader, or no
    /// majority answers it. A change of members that etcd refuses has the same status.
    [[nodiscard]] bool is_temporary() const noexcept { return status_ >= 500 && !is_unsettled(); }

private:
    long status_;
    std::string reason_;
};

/// Returns where a member is reached and the credentials of its client, read from their files.
/// Throws Error if they do not exist.
[[nodiscard]] Kubeconfig etcd_credentials(const EtcdMember& etcd, const Root& root);

/// Sends a request and returns the reply. Throws EtcdError if it refuses.
nlohmann::json ask_etcd(Transport& transport, const std::string& path,
                        const nlohmann::json& question);

/// Like ask_etcd(), but throws ConnectionError if there is no answer after `time`.
nlohmann::json ask_etcd_within(Transport& transport, const std::string& path,
                               const nlohmann::json& question, std::chrono::milliseconds time);

} // namespace k8s_node::cluster
