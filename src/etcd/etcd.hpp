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
    /// True if this member cannot say at present, and another one may: it has no leader, or no
    /// majority answers it. A change of members that etcd refuses has the same status.
    [[nodiscard]] bool is_temporary() const noexcept {
        return status_ >= 500 && reason_ != "etcdserver: unhealthy cluster";
    }

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
