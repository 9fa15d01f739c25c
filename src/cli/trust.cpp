// k8s-node-install trust sign|verify|list
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "supply/signing.hpp"
#include "support/printable.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

struct Options {
    std::string file;
    std::string key;
};

ExitStatus run_sign(const Context& context, const Options& options) {
    if (options.key.empty()) {
        throw Error("trust sign needs --key", ExitStatus::usage)
            .try_this("openssl genpkey -algorithm ed25519 -out KEY makes one");
    }
    const auto id = sign_file(options.file, options.key);
    if (context.output == Output::json) {
        print_json({{"signature", options.file + ".sig"}, {"key", id}});
    } else if (talks(context)) {
        std::printf("%s.sig: signed by the key %s\n", printable(options.file).c_str(), id.c_str());
    }
    return ExitStatus::success;
}

ExitStatus run_verify(const Context& context, const std::string& file) {
    const auto key = verify_file(file, Root(context.root));
    if (context.output == Output::json) {
        print_json({{"file", file}, {"name", key.name}, {"key", key.id}});
    } else if (talks(context)) {
        std::printf("%s: signed by '%s' (%s)\n", printable(file).c_str(),
                    printable(key.name).c_str(), key.id.c_str());
    }
    return ExitStatus::success;
}

ExitStatus run_list(const Context& context) {
    const auto keys = list_keys(Root(context.root));
    auto out = nlohmann::ordered_json::array();
    for (const auto& key : keys) {
        out.push_back({{"name", key.name}, {"key", key.id}, {"trusted", !key.removed}});
        if (context.output == Output::text) {
            std::printf("%s  %s%s\n", key.id.c_str(), printable(key.name).c_str(),
                        key.removed ? "  removed" : "");
        }
    }
    if (context.output == Output::json) {
        print_json(out);
    }
    return ExitStatus::success;
}

} // namespace

void add_trust(Verb& parent, Context& context) {
    auto options = std::make_shared<Options>();
    auto trust = parent.add("trust", "Sign releases, components, bundles; verify them");
    auto sign = trust.add("sign", "Write the signature of a file to FILE.sig");
    sign.argument("file", options->file, "A release, component, profile or bundle");
    sign.text("--key", options->key, "Ed25519 private key (PEM)");
    sign.runs_unrecorded([&context, options] { return run_sign(context, *options); });
    auto verify = trust.add("verify", "Tell which trusted key signed it; exits 6 if none");
    verify.argument("file", options->file, "The file");
    add_root_option(verify, context);
    verify.runs_unrecorded([&context, options] { return run_verify(context, options->file); });
    auto list = trust.add("list", "List the keys that this machine trusts");
    add_root_option(list, context);
    list.runs_unrecorded([&context] { return run_list(context); });
}

} // namespace k8s_node::cli
