#include "node/release_change.hpp"

#include "cluster/curl_transport.hpp"
#include "cluster/drain.hpp"
#include "cluster_resources/cluster_connection.hpp"
#include "cluster_resources/node_resource.hpp"
#include "generations/generation_resource.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// Measures the time since the last part ended.
class Laps {
public:
    TimedStep end(std::string name) {
        const auto now = SteadyClock::now();
        const auto took = now - std::exchange(last_, now);
        return {std::move(name), std::chrono::duration_cast<std::chrono::milliseconds>(took)};
    }

private:
    SteadyClock::time_point last_ = SteadyClock::now();
};

cluster::CurlTransport connect(const Generation& generation, const System& system) {
    const auto& access = generation.manifest.cluster;
    return connect(
        access.admin_kubeconfig.empty() ? access.node_kubeconfig : access.admin_kubeconfig, system);
}

/// A change to another release while it runs.
class ReleaseChange {
public:
    ReleaseChange(const CheckedPlan& checked, const Desired& desired,
                  const ReleaseChangeOptions& options, System& system)
        : checked_(checked), desired_(desired), options_(options), system_(system) {
        report_.step = release_step(checked.current, desired.spec);
    }

    ReleaseReport run() {
        try {
            report_.api_outage = execute(checked_, desired_, system_, [this] { before_switch(); });
        } catch (Error& error) {
            take_pods_again();
            add_evidence(error.while_doing("changing from " + report_.step));
            throw;
        } catch (...) {
            take_pods_again();
            throw;
        }
        report_.steps.push_back(laps_.end("switch"));
        report_.generation = current_generation_number(system_.root).value_or(0);
        return std::move(report_);
    }

private:
    void before_switch() {
        report_.steps.push_back(laps_.end("download"));
        if (checked_.current.manifest.provided.etcd) {
            save_etcd();
            report_.steps.push_back(laps_.end("snapshot"));
        }
        if (drains()) {
            drain();
            report_.steps.push_back(laps_.end("drain"));
        }
        switching_ = true;
    }

    void save_etcd() {
        try {
            report_.snapshot =
                take_snapshot(system_.root, checked_.current,
                              current_generation_number(system_.root).value_or(0), system_.loop);
        } catch (const Error& error) {
            if (current_was_good(system_.root)) {
                throw;
            }
            report(system_, Priority::warning, "snapshot", "etcd",
                   "no snapshot of etcd was saved, which does not stop a node that was never seen "
                   "working: " +
                       error.message());
            return;
        }
        report(system_, Priority::info, "snapshot", report_.snapshot->path,
               "a snapshot of etcd was saved: " + report_.snapshot->path + " (" +
                   human_bytes(report_.snapshot->bytes) + ")");
    }

    void drain() {
        const auto& name = desired_.spec.node_name;
        auto transport = connect(checked_.current, system_);
        cluster::ApiClient client(transport);
        cluster::cordon(client, name);
        cluster::drain(client, name, SteadyClock::now() + options_.drain_deadline,
                       [&](const std::string& message) {
                           report(system_, Priority::info, "drain", name, message);
                       });
        report(system_, Priority::info, "drain", name, "node " + name + " was drained");
    }

    /// For when the switch did not get that far.
    void take_pods_again() const noexcept {
        if (drains()) {
            end_drain(checked_.current, system_);
        }
    }

    /// True if there is a Node object: not without a kubelet.
    [[nodiscard]] bool is_node() const {
        return !checked_.current.manifest.cluster.node_kubeconfig.empty();
    }
    [[nodiscard]] bool drains() const { return options_.drain == Drain::yes && is_node(); }

    void add_evidence(Error& error) const {
        if (!switching_) {
            error.with_detail("nothing was switched: Kubernetes " +
                              checked_.current.manifest.kubernetes_version + " keeps running");
        }
        if (report_.snapshot) {
            error.with_detail("snapshot of etcd from before: " + report_.snapshot->path);
            error.with_detail("to restore it: " + report_.snapshot->restore);
        }
    }

    const CheckedPlan& checked_;
    const Desired& desired_;
    const ReleaseChangeOptions& options_;
    System& system_;
    ReleaseReport report_;
    Laps laps_;
    bool switching_ = false;
};

} // namespace

ReleaseReport change_release(const CheckedPlan& checked, const Desired& desired,
                             const ReleaseChangeOptions& options, System& system) {
    system.run.rollout = Rollout::step_by_step;
    return ReleaseChange(checked, desired, options, system).run();
}

} // namespace k8s_node
