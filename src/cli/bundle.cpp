// k8s-node-install bundle create|verify|list|diff
#include "bundle/bundle.hpp"

#include <cstdio>
#include <memory>

#include <nlohmann/json.hpp>

#include "bundle/difference.hpp"
#include "cli/verbs.hpp"
#include "command_line/options.hpp"
#include "supply/make_bundle.hpp"
#include "support/interrupt.hpp"
#include "support/printable.hpp"
#include "support/text.hpp"
#include "terminal/answer.hpp"

namespace k8s_node::cli {

namespace {

using Json = nlohmann::ordered_json;

struct Options {
    BundleRequest request;
    std::string architectures;
    std::string file;
    std::string other;
};

ExitStatus run_create(const Context& context, const Options& options) {
    auto request = options.request;
    if (request.profiles.empty() || request.out.empty()) {
        throw Error("bundle create needs --profile and --out", ExitStatus::usage)
            .try_this("k8s-node-install bundle create --profile master --profile worker --release "
                      "RELEASE --out FILE");
    }
    if (!options.architectures.empty()) {
        request.architectures = split(options.architectures, ',');
    }
    Terminal terminal(verbosity(context));
    const auto made = make_bundle(context.node, request, terminal);
    if (talks(context)) {
        std::printf("%s: release %s, %zu artifacts, %zu image archives.\n",
                    printable(request.out).c_str(), made.release.c_str(), made.artifacts.size(),
                    made.images.size());
    }
    return ExitStatus::success;
}

ExitStatus run_verify(const Context& context, const std::string& file) {
    Terminal terminal(read_only_verbosity(context));
    const auto bundle = BundleFile::open(file);
    const auto problems = bundle->verify(interrupt_token(), [&](const std::string& path) {
        terminal.report({Priority::debug, "read " + path, {}, {}});
    });
    if (context.output == Output::json) {
        print_json({{"clean", problems.empty()}, {"problems", problems}});
    } else {
        for (const auto& problem : problems) {
            std::printf("%s\n", printable(problem).c_str());
        }
        if (problems.empty() && talks(context)) {
            std::puts("Every file in the bundle has its digest.");
        }
    }
    return problems.empty() ? ExitStatus::success : ExitStatus::verification;
}

void print_manifest(const BundleManifest& manifest) {
    std::printf("release %s\nprofiles %s\n", printable(manifest.release).c_str(),
                printable(join(manifest.profiles, ", ")).c_str());
    for (const auto& artifact : manifest.artifacts) {
        std::printf("%s %s  %s  %s  %s\n", printable(artifact.name).c_str(),
                    printable(artifact.version).c_str(),
                    printable(join(artifact.architectures, ",")).c_str(),
                    human_bytes(artifact.size).c_str(), artifact.digest.text().c_str());
    }
    for (const auto& image : manifest.images) {
        std::printf("image %s  %s  %s\n", printable(join(image.names, ", ")).c_str(),
                    human_bytes(image.size).c_str(), image.digest.text().c_str());
    }
}

ExitStatus run_list(const Context& context, const std::string& file) {
    const auto bundle = BundleFile::open(file);
    if (context.output == Output::json) {
        print_json(Json::parse(bundle->manifest_text()));
    } else {
        print_manifest(bundle->manifest());
    }
    return ExitStatus::success;
}

ExitStatus run_diff(const Context& context, const Options& options) {
    const auto lines = bundle_difference(BundleFile::open(options.file)->manifest(),
                                         BundleFile::open(options.other)->manifest());
    if (context.output == Output::json) {
        print_json({{"before", options.file}, {"after", options.other}, {"difference", lines}});
        return ExitStatus::success;
    }
    for (const auto& line : lines) {
        std::printf("%s\n", printable(line).c_str());
    }
    return ExitStatus::success;
}

void add_create(Verb& bundle, Context& context, const std::shared_ptr<Options>& options) {
    auto create = bundle.add("create", "Collect what nodes need into one file");
    create.texts("--profile,-p", options->request.profiles, "Role of nodes; repeatable");
    create.text("--arch", options->architectures, "Their architectures: amd64,arm64");
    create.texts("--image", options->request.images, "Archive of container images; repeatable");
    create.text("--out,-o", options->request.out, "The bundle, which is replaced");
    add_configuration_options(create, context);
    create.flag("--quiet,-q", context.quiet, "Print only warnings and errors");
    create.flag("--verbose,-v", context.verbose, "Print every step");
    create.runs([&context, options] { return run_create(context, *options); }, Answers::only_text);
}

} // namespace

void add_bundle(Verb& parent, Context& context) {
    auto options = std::make_shared<Options>();
    auto bundle = parent.add("bundle", "Files with all that nodes without a network need");
    add_create(bundle, context, options);
    auto verify = bundle.add("verify", "Compare each file with its digest; exits 6 on damage");
    verify.argument("file", options->file, "The bundle");
    verify.runs_unrecorded([&context, options] { return run_verify(context, options->file); });
    auto list = bundle.add("list", "Show what a bundle holds");
    list.argument("file", options->file, "The bundle");
    list.runs_unrecorded([&context, options] { return run_list(context, options->file); });
    auto diff = bundle.add("diff", "Show the differences between two bundles");
    diff.argument("before", options->file, "The first");
    diff.argument("after", options->other, "The second");
    diff.runs_unrecorded([&context, options] { return run_diff(context, *options); });
}

} // namespace k8s_node::cli
