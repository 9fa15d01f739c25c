// k8s-node-install token create|list|delete
#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "membership/tokens.hpp"
#include "model/duration.hpp"
#include "support/time.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

struct Options {
    TokenRequest request;
    std::string ttl = "24h";
    std::string id;
};

std::string expiry_text(const TokenInfo& info) {
    return info.expires ? utc_text(*info.expires) : "never";
}

nlohmann::ordered_json json_of(const TokenInfo& info) {
    return {{"id", info.id},
            {"expires", info.expires ? utc_text(*info.expires) : ""},
            {"profile", info.profile},
            {"description", info.description},
            {"authenticates", info.authenticates},
            {"signs", info.signs}};
}

/// Go's durations; "0" is a token that does not expire.
std::chrono::seconds read_ttl(const std::string& text) {
    const auto ttl = parse_duration(text);
    if (!ttl) {
        throw Error("--ttl " + text + ": not a duration", ExitStatus::usage)
            .try_this("for example --ttl 2h; 0 for a token that does not expire");
    }
    return std::chrono::ceil<std::chrono::seconds>(*ttl);
}

ExitStatus run_create(const Context& context, Options options) {
    Terminal terminal(verbosity(context));
    options.request.ttl = read_ttl(options.ttl);
    const auto created = create_token(context.node.root, options.request, terminal);
    const auto& file = options.request.file;
    if (context.output == Output::json) {
        auto json = json_of(created.info);
        json["command"] = file.empty() ? created.line : "";
        json["file"] = file;
        json["keys_expire"] = created.keys_expire ? utc_text(*created.keys_expire) : "";
        print_json(json);
    } else if (file.empty()) {
        std::printf("%s\n", created.line.c_str());
    } else if (talks(context)) {
        std::printf("%s has a token that expires: %s\n", file.c_str(),
                    expiry_text(created.info).c_str());
    }
    return ExitStatus::success;
}

ExitStatus run_list(const Context& context) {
    const auto tokens = list_tokens(context.node.root);
    if (context.output == Output::json) {
        auto list = nlohmann::ordered_json::array();
        for (const auto& info : tokens) {
            list.push_back(json_of(info));
        }
        print_json(list);
        return ExitStatus::success;
    }
    std::printf("%-6s  %-20s  %-10s  %s\n", "ID", "EXPIRES", "PROFILE", "DESCRIPTION");
    for (const auto& info : tokens) {
        std::printf("%-6s  %-20s  %-10s  %s\n", info.id.c_str(), expiry_text(info).c_str(),
                    info.profile.empty() ? "-" : info.profile.c_str(), info.description.c_str());
    }
    return ExitStatus::success;
}

ExitStatus run_delete(const Context& context, const Options& options) {
    delete_token(context.node.root, options.id);
    if (context.output == Output::json) {
        print_json({{"deleted", options.id}});
    } else if (talks(context)) {
        std::printf("deleted token %s\n", options.id.c_str());
    }
    return ExitStatus::success;
}

} // namespace

void add_token(Verb& parent, Context& context) {
    auto options = std::make_shared<Options>();
    auto token = parent.add("token", "Let other machines join this cluster");
    auto create = token.add("create", "Make a token, print the command that joins a machine");
    create.text("--ttl", options->ttl, "How long it is valid (24h); 0 for ever");
    create.text("--description", options->request.description, "What it is for");
    create.text("--profile", options->request.profile, "Role of the machines (worker)");
    create.text("--write", options->request.file, "Write a file of join data instead");
    create.runs([&context, options] { return run_create(context, *options); });
    auto list = token.add("list", "List all tokens, without their secrets");
    list.runs([&context] { return run_list(context); });
    auto remove = token.add("delete", "Make a token invalid");
    remove.argument("id", options->id, "The part of the token before the dot");
    remove.runs([&context, options] { return run_delete(context, *options); });
}

} // namespace k8s_node::cli
