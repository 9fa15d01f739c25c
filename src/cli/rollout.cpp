// k8s-node-install cluster rollout|status
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "cluster/api_error.hpp"
#include "command_line/options.hpp"
#include "membership/tokens.hpp"
#include "model/duration.hpp"
#include "node/rollout_content.hpp"
#include "rollout/request.hpp"
#include "support/interrupt.hpp"
#include "support/printable.hpp"
#include "support/time.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

using std::chrono::seconds;

struct Options {
    rollout::Request request;
    std::string window; ///< a duration, or empty
    std::string kubeconfig;
    bool waits = false;
    bool stops = false;
};

rollout::Request request_of(const Context& context, const Options& options) {
    auto request = options.request;
    load_content(context.node, request);
    if (!options.window.empty()) {
        const auto window = parse_duration(options.window);
        if (!window) {
            throw Error("--for " + options.window + ": not a duration", ExitStatus::usage)
                .try_this("for example --for 2h");
        }
        request.until = utc_now() + std::chrono::ceil<seconds>(*window);
    }
    return request;
}

cluster::CurlTransport administrator(const Context& context, const std::string& kubeconfig,
                                     EventLoop& loop) {
    return kubeconfig.empty() ? connect_as_admin(context.node.root, loop)
                              : cluster::CurlTransport(read_kubeconfig(kubeconfig, Root()), loop);
}

ExitStatus status_of(const rollout::Wish& wish) {
    return wish.state == rollout::State::stopped ? ExitStatus::not_ready : ExitStatus::success;
}

nlohmann::ordered_json json_of(const rollout::View& view) {
    nlohmann::ordered_json json;
    const auto wish = view.wish.value_or(rollout::Wish{});
    json["release"] = wish.release;
    json["state"] = view.wish ? rollout::to_text(wish.state) : "";
    json["status"] = rollout::progress_text(view, utc_now());
    json["nodes"] = nlohmann::ordered_json::array();
    for (const auto& node : view.nodes) {
        json["nodes"].push_back({{"name", node.name},
                                 {"controlPlane", node.is_control_plane},
                                 {"kubelet", node.kubelet.text()},
                                 {"ready", node.not_ready.empty()},
                                 {"done", view.wish && rollout::has_done(node, wish)},
                                 {"report", node.report ? rollout::to_text(*node.report) : ""},
                                 {"absence", rollout::absence_text(node, wish)}});
    }
    return json;
}

/// Shows each step until the rollout has ended. The API server goes away meanwhile.
ExitStatus wait_until_over(const Context& context, cluster::ApiClient& client, EventLoop& loop) {
    constexpr seconds interval{1};
    std::string told;
    const auto tell = [&](const std::string& text) {
        if (talks(context) && std::exchange(told, text) != text) {
            std::printf("%s\n", printable(text).c_str());
            std::fflush(stdout);
        }
    };
    for (;;) {
        try {
            const auto view = rollout::read_view(client);
            tell(rollout::progress_text(view, utc_now()));
            if (!view.wish || view.wish->state != rollout::State::running) {
                if (context.output == Output::json) {
                    print_json(json_of(view));
                }
                return view.wish ? status_of(*view.wish) : ExitStatus::failure;
            }
        } catch (const cluster::ConnectionError& error) { // it comes back
            tell("waits for the API server: " + error.message());
        } catch (const cluster::ApiError& error) { // it is not whole yet
            tell("waits for the API server: " + error.message());
        }
        loop.pause_until(EventLoop::Clock::now() + interval);
    }
}

ExitStatus stop_rollout(const Context& context, cluster::ApiClient& client) {
    const auto wish = rollout::stop(client);
    if (talks(context)) {
        std::printf("The change to Kubernetes %s is stopped: no other node begins.\n",
                    wish.release.c_str());
    }
    return ExitStatus::success;
}

ExitStatus run_rollout(const Context& context, const Options& options) {
    EventLoop loop(interrupt_token());
    auto transport = administrator(context, options.kubeconfig, loop);
    cluster::ApiClient client(transport);
    if (options.stops) {
        return stop_rollout(context, client);
    }
    const auto wish = rollout::ask_for(client, request_of(context, options));
    if (context.output == Output::json && !options.waits) {
        print_json({{"id", wish.id}, {"begun", wish.begun}, {"release", wish.release}});
    } else if (talks(context)) {
        std::printf("The nodes change to Kubernetes %s, one after another; to see how far they "
                    "are:\nk8s-node-install cluster status\n",
                    wish.release.c_str());
        std::fflush(stdout);
    }
    return options.waits ? wait_until_over(context, client, loop) : ExitStatus::success;
}

ExitStatus run_status(const Context& context, const Options& options) {
    EventLoop loop(interrupt_token());
    auto transport = administrator(context, options.kubeconfig, loop);
    cluster::ApiClient client(transport);
    const auto view = rollout::read_view(client);
    if (context.output == Output::json) {
        print_json(json_of(view));
    } else {
        std::fputs(rollout::status_text(view, utc_now()).c_str(), stdout);
    }
    return view.wish ? status_of(*view.wish) : ExitStatus::success;
}

} // namespace

void add_rollout(Verb& cluster, Context& context) {
    auto options = std::make_shared<Options>();
    constexpr Range any_number{1, 10000};
    auto verb = cluster.add("rollout", "Change all nodes, one after another");
    verb.text("--release,-r", context.node.release, "A name, or the path of a release file");
    verb.text("--config,-c", context.node.configuration,
              "Add this file to the configuration of every node");
    verb.number(
        "--workers-at-once", any_number,
        [options](auto number) { options->request.workers_at_once = static_cast<int>(number); },
        "How many workers change at once (1)");
    verb.text("--for", options->window, "No node begins later than this: 2h");
    verb.flag("--wait", options->waits, "Show each step, until all is done or it stops");
    verb.flag("--stop", options->stops, "No other node begins; the same command resumes");
    verb.text("--kubeconfig", options->kubeconfig, "An administrator's (this control plane's)");
    verb.text("--data", context.node.data_directory, "Directory of releases");
    verb.runs_unrecorded([&context, options] { return run_rollout(context, *options); });
    auto status = cluster.add("status", "Show the nodes, and how far a rollout is");
    status.text("--kubeconfig", options->kubeconfig, "An administrator's (this control plane's)");
    status.runs_unrecorded([&context, options] { return run_status(context, *options); });
}

} // namespace k8s_node::cli
