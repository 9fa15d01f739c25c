// k8s-node-install cluster create-seed|rollout|status
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "model/duration.hpp"
#include "seed/seed_files.hpp"
#include "support/time.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

struct Options {
    SeedRequest request;
    std::vector<std::string> control_planes;
    std::string ttl = "24h";
    std::string directory;
};

/// Reads "NAME=ADDRESS" or "NAME".
PlannedControlPlane read_control_plane(const std::string& text) {
    const auto equals = text.find('=');
    return {text.substr(0, equals),
            equals == std::string::npos ? std::string() : text.substr(equals + 1)};
}

SeedRequest request_of(const Options& options) {
    auto request = options.request;
    for (const auto& each : options.control_planes) {
        request.control_planes.push_back(read_control_plane(each));
    }
    const auto ttl = parse_duration(options.ttl);
    if (!ttl) {
        throw Error("--ttl " + options.ttl + ": not a duration", ExitStatus::usage)
            .try_this("for example --ttl 72h");
    }
    request.ttl = std::chrono::ceil<std::chrono::seconds>(*ttl);
    return request;
}

ExitStatus run_create_seed(const Context& context, const Options& options) {
    const auto written = create_seed_files(options.directory, request_of(options), utc_now());
    if (context.output == Output::json) {
        print_json({{"control_plane", written.control_plane},
                    {"worker", written.worker},
                    {"begins", written.begins},
                    {"begins_until", utc_text(written.begins_until)}});
    } else if (talks(context)) {
        std::printf("%s is the /etc/k8s-node/join.yaml of each control plane; it has the keys of "
                    "the cluster\n%s is that of each worker\n%s begins the cluster, until %s\n",
                    written.control_plane.c_str(), written.worker.c_str(), written.begins.c_str(),
                    utc_text(written.begins_until).c_str());
    }
    return ExitStatus::success;
}

} // namespace

void add_cluster(Verb& parent, Context& context) {
    auto options = std::make_shared<Options>();
    auto cluster = parent.add("cluster", "Plan a cluster, change all of its nodes");
    auto create = cluster.add("create-seed", "Write the join data of its machines, with new keys");
    create.argument("directory", options->directory, "To be made for the files");
    create.texts("--control-plane", options->control_planes, "NAME[=ADDRESS]; the first begins");
    create.text("--endpoint", options->request.endpoint, "URL of the API, of a load balancer");
    create.text("--network", options->request.network, "How pods are connected");
    create.text("--load-balancer", options->request.load_balancer, "On each node: haproxy");
    create.text("--release", options->request.release, "Kubernetes release");
    create.text("--ttl", options->ttl, "How long the machines may take to join (24h)");
    create.runs_unrecorded([&context, options] { return run_create_seed(context, *options); });
    add_rollout(cluster, context);
}

} // namespace k8s_node::cli
