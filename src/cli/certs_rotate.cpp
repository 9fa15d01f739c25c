// k8s-node-install certs rotate-ca|rotate-key
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "engine/api_downtime.hpp"
#include "rotation/subject.hpp"
#include "support/time.hpp"
#include "terminal/answer.hpp"
#include "upkeep/rotate_keys.hpp"

namespace k8s_node::cli {

namespace {

using Json = nlohmann::ordered_json;

struct Options {
    RotationRequest request;
    std::string key;
    bool all = false;
    bool finish = false;
    bool status = false;
};

Json json_of(const Rotation& rotation) {
    return {{"subject", rotation.subject},
            {"phase", to_text(rotation.phase)},
            {"settled", rotation.settled},
            {"since", utc_text(rotation.since)},
            {"next", next_step(rotation)}};
}

Json json_of(const Rotations& rotations) {
    auto list = Json::array();
    for (const auto& each : rotations) {
        list.push_back(json_of(each));
    }
    return list;
}

void print_rotations(const Rotations& rotations) {
    for (const auto& each : rotations) {
        std::printf("%s: phase %s since %s: %s.\n  next: %s\n", each.subject.c_str(),
                    to_text(each.phase), utc_text(each.since).c_str(), describe(each).c_str(),
                    next_step(each).c_str());
    }
    if (rotations.empty()) {
        std::puts("No key is being replaced.");
    }
}

void print_moves(const std::vector<RotationMove>& moves) {
    for (const auto& move : moves) {
        std::printf("%s: phase %s%s\n", move.subject.c_str(), to_text(move.phase),
                    move.repeats ? ", which was interrupted" : "");
    }
    std::fflush(stdout);
}

ExitStatus run_status(const Context& context) {
    const auto rotations = look_at_rotations(context.node);
    if (context.output == Output::json) {
        print_json({{"rotations", json_of(rotations)}});
    } else if (talks(context)) {
        print_rotations(rotations);
    }
    return ExitStatus::success;
}

void print_result(const Context& context, const RotationResult& result, bool dry_run) {
    if (context.output == Output::json) {
        Json out = {{"moves", Json::array()}, {"rotations", json_of(result.rotations)}};
        for (const auto& move : result.moves) {
            out["moves"].push_back({{"subject", move.subject}, {"phase", to_text(move.phase)}});
        }
        out["made"] = !dry_run && !result.moves.empty();
        out["rewritten"] = result.rewritten;
        print_json(out);
        return;
    }
    if (!talks(context)) {
        return;
    }
    if (dry_run) {
        print_moves(result.moves);
    }
    print_rotations(result.rotations);
    if (result.rewritten != 0) {
        std::printf("%zu objects were encrypted anew.\n", result.rewritten);
    }
    if (result.api_outage) {
        std::printf("Done; %s.\n", downtime_text(*result.api_outage).c_str());
    }
}

ExitStatus run_rotation(const Context& context, const Options& options) {
    if (options.status) {
        return run_status(context);
    }
    Terminal terminal(verbosity(context));
    const auto result = rotate_keys(context.node, options.request, {terminal, terminal},
                                    [&](const std::vector<RotationMove>& moves) {
                                        if (talks(context)) {
                                            print_moves(moves);
                                        }
                                    });
    print_result(context, result, options.request.dry_run);
    const bool is_due = options.request.dry_run && !result.moves.empty();
    return is_due ? ExitStatus::changes : ExitStatus::success;
}

void require_choice(const Options& options) {
    const bool chosen = options.all || !options.request.names.empty() || options.status;
    if (options.request.what == Replaced::authorities && !chosen) {
        throw Error("no certificate authority is named", ExitStatus::usage)
            .try_this("name one of certs list, such as ca, or all with --all");
    }
}

void add_phases(Verb& verb, Context& context, const std::shared_ptr<Options>& options) {
    verb.flag("--finish", options->finish, "Drop the old key, once nothing uses it any more");
    verb.flag("--status", options->status, "Only print what is being replaced, and what is next");
    verb.flag("--dry-run", options->request.dry_run,
              "Only print the next phase; exits 4 if there is one");
    verb.excludes("--status", "--finish");
    add_ignore_option(verb, context);
    add_stability_option(verb, context);
    verb.runs([&context, options] {
        require_choice(*options);
        options->request.wish = options->finish ? Wish::finish : Wish::advance;
        if (options->request.what == Replaced::key) {
            options->request.names = {options->key};
        }
        return run_rotation(context, *options);
    });
}

} // namespace

void add_certs_rotate(Verb& certs, Context& context) {
    auto authorities = std::make_shared<Options>();
    auto rotate_ca = certs.add("rotate-ca", "Replace certificate authorities, a phase in each run");
    rotate_ca.arguments("name", authorities->request.names, "CAs: ca, etcd/ca, front-proxy-ca");
    rotate_ca.flag("--all", authorities->all, "All that this node has");
    rotate_ca.excludes("--all", "name");
    add_phases(rotate_ca, context, authorities);
    auto key = std::make_shared<Options>();
    key->request.what = Replaced::key;
    auto rotate_key = certs.add("rotate-key", "Replace another key, a phase in each run");
    rotate_key.argument("key", key->key, "service-accounts or encryption");
    add_phases(rotate_key, context, key);
}

} // namespace k8s_node::cli
