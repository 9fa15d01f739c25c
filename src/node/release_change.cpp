#include "node/release_change.hpp"

#include "apply/generation_kind.hpp"
#include "cluster/curl_transport.hpp"
#include "cluster/drain.hpp"
#include "cluster/kubeconfig.hpp"
#include "support/error.hpp"
#include "support/text.hpp"
#include "systemd/job.hpp"

namespace k8s_node {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// Time since the last part ended.
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

std::string text_of(const Argument& argument) {
    std::string out;
    for (const auto& piece : argument) {
        out += piece.text;
    }
    return out;
}

/// The question by which this node's API server counts as working.
std::optional<Probe> api_probe(const NodeSpec& spec) {
    for (const auto& service : spec.services) {
        if (service.component == "kube-apiserver" && service.ready) {
            auto probe = Probe::parse(text_of(service.ready->url));
            probe.ca_file = text_of(service.ready->authority);
            return probe;
        }
    }
    return std::nullopt;
}

cluster::CurlTransport connect(const Generation& generation, const System& system) {
    const auto& access = generation.manifest.cluster;
    return cluster::CurlTransport(cluster::read_kubeconfig(
        access.admin_kubeconfig.empty() ? access.node_kubeconfig : access.admin_kubeconfig,
        system.root));
}

/// One step to another release under way.
class ReleaseChange {
public:
    ReleaseChange(const CheckedPlan& checked, const Desired& desired,
                  const ReleaseChangeOptions& options, System& system)
        : checked_(checked), desired_(desired), options_(options), system_(system) {
        report_.step = release_step(checked.current, desired.spec);
    }

    ReleaseReport run() {
        try {
            execute(checked_, desired_, system_, [this] { before_switch(); });
        } catch (Error& error) {
            end_measuring();
            if (drains()) {
                end_drain(checked_.current, system_);
            }
            add_evidence(error.while_doing("going from " + report_.step));
            throw;
        }
        report_.steps.push_back(laps_.end("switch"));
        end_measuring();
        if (is_node()) { // also where an earlier run was killed while it drained
            end_drain(checked_.current, system_);
        }
        report_.generation = current_generation_number(system_.root).value_or(0);
        return std::move(report_);
    }

private:
    void before_switch() {
        report_.steps.push_back(laps_.end("download"));
        if (etcd_version(checked_.current.manifest)) {
            report_.snapshot = take_snapshot(system_.root, checked_.current,
                                             current_generation_number(system_.root).value_or(0));
            report(system_, Priority::info, "snapshot", report_.snapshot->path,
                   "etcd is saved in " + report_.snapshot->path + " (" +
                       human_bytes(report_.snapshot->bytes) + ")");
            report_.steps.push_back(laps_.end("snapshot"));
        }
        if (drains()) {
            drain();
            report_.steps.push_back(laps_.end("drain"));
        }
        if (const auto probe = api_probe(desired_.spec)) {
            meter_.emplace(*probe);
        }
        switching_ = true;
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
        report(system_, Priority::info, "drain", name, "node " + name + " is drained");
    }

    /// Whether there is a Node object: not without a kubelet.
    [[nodiscard]] bool is_node() const {
        return !checked_.current.manifest.cluster.node_kubeconfig.empty();
    }
    [[nodiscard]] bool drains() const { return options_.drain == Drain::yes && is_node(); }

    void end_measuring() {
        if (meter_) {
            report_.api_outage = meter_->stop();
            meter_.reset();
        }
    }

    void add_evidence(Error& error) const {
        if (!switching_) {
            error.with_detail("nothing was switched: Kubernetes " +
                              checked_.current.manifest.kubernetes_version + " goes on running");
        }
        if (report_.api_outage) {
            error.with_detail("the API server did not answer for " +
                              human_duration(report_.api_outage->total) +
                              (report_.api_outage->over ? "" : " and does not answer now"));
        }
        if (report_.snapshot) {
            error.with_detail("etcd as it was before: " + report_.snapshot->path);
        }
    }

    const CheckedPlan& checked_;
    const Desired& desired_;
    const ReleaseChangeOptions& options_;
    System& system_;
    ReleaseReport report_;
    Laps laps_;
    std::optional<OutageMeter> meter_;
    bool switching_ = false;
};

} // namespace

ReleaseReport change_release(const CheckedPlan& checked, const Desired& desired,
                             const ReleaseChangeOptions& options, System& system) {
    system.run.rollout = Rollout::step_by_step;
    return ReleaseChange(checked, desired, options, system).run();
}

void end_drain(const Generation& generation, const System& system) noexcept {
    const auto& name = generation.manifest.node_name;
    try {
        auto transport = connect(generation, system);
        cluster::ApiClient client(transport);
        if (cluster::uncordon(client, name)) {
            report(system, Priority::info, "drain", name, "node " + name + " takes pods again");
        }
    } catch (const std::exception& error) {
        report(system, Priority::warning, "drain", name,
               "node " + name + " still takes no pods (kubectl uncordon " + name +
                   " changes that): " + error.what());
    }
}

} // namespace k8s_node
