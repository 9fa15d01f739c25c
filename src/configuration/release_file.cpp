// The file of the chosen release.
#include <algorithm>

#include "bundle/bundle.hpp"
#include "components/definitions.hpp"
#include "configuration/data_files.hpp"
#include "configuration/layers.hpp"
#include "generations/generation_resource.hpp"
#include "generations/redeploy_state.hpp"
#include "generations/release_mark.hpp"
#include "language/values.hpp"
#include "model/manifest.hpp"
#include "model/node_spec.hpp"
#include "support/text.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

/// Where a release comes from.
struct ReleaseSource {
    fs::path path;
    bool site = false;
    bool kept = false;                 ///< by the program itself, which verified it before
    std::optional<std::string> text{}; ///< if it has been read and verified already
    bool of_bundle = false;
};

/// Returns the path of a release file. A relative one is relative to the file that names it, or to
/// the working directory on the command line.
fs::path release_path(const NamedAt& chosen) {
    const fs::path path(chosen.name);
    const bool in_file =
        chosen.at.source && chosen.at.line > 0 && chosen.at.source->layer != "command line";
    return path.is_relative() && in_file ? fs::path(chosen.at.source->name).parent_path() / path
                                         : path;
}

std::vector<std::string> stems(const std::vector<DataFile>& files) {
    std::vector<std::string> names;
    for (const auto& file : files) {
        names.push_back(file.path.stem().string());
    }
    std::sort(names.begin(), names.end(), [](const auto& left, const auto& right) {
        return compare_versions(left, right) < 0;
    });
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

/// Returns the last file of a name: the site's replaces ours.
std::optional<ReleaseSource> find_release(const std::vector<DataFile>& files,
                                          const std::string& name) {
    const auto found = std::find_if(files.rbegin(), files.rend(),
                                    [&](const auto& file) { return file.path.stem() == name; });
    return found == files.rend() ? std::nullopt
                                 : std::optional(ReleaseSource{found->path, found->site});
}

/// Returns the release of the open bundle if it has this name.
std::optional<ReleaseSource> bundled_release(const NodeOptions& options, const std::string& name) {
    if (options.opened_bundle == nullptr || options.opened_bundle->manifest().release != name) {
        return std::nullopt;
    }
    const auto& bundle = *options.opened_bundle;
    return ReleaseSource{bundle.path(), true, false, bundle.manifest().release_text, true};
}

/// Returns the copy in the installed generation, or that of an interrupted redeploy.
std::optional<ReleaseSource> installed_release(const NodeOptions& options,
                                               const std::string& name) {
    if (const auto manifest = installed_manifest(options.root)) {
        const auto directory = options.root.at(paths::current);
        const auto path = directory / "release.yaml";
        return manifest->release == name && fs::exists(path)
                   ? std::optional(ReleaseSource{
                         path, true, true, {}, path_exists(directory / release_of_bundle)})
                   : std::nullopt;
    }
    const auto redeploying = read_redeploy_state(options.root); // which only root may do
    return redeploying && redeploying->release == name
               ? std::optional(ReleaseSource{
                     intended_release(options.root), true, true, {}, redeploying->of_bundle})
               : std::nullopt;
}

/// Says if the release was chosen only because it is installed.
bool is_only_installed(const std::optional<NamedAt>& chosen) {
    const auto layer = chosen ? chosen->at.layer() : std::string();
    return layer == "current generation" || layer == "interrupted redeploy";
}

/// Returns the release of this name. The installed one is for the case that its file is gone; but
/// if it came out of a bundle, a file of its name is perhaps another release.
std::optional<ReleaseSource> find_named(const NodeOptions& options,
                                        const std::optional<NamedAt>& chosen,
                                        const std::vector<DataFile>& files) {
    const auto name = chosen ? chosen->name : "";
    const auto file = find_release(files, name);
    const auto installed = installed_release(options, name);
    if (!file) {
        return installed;
    }
    const bool keeps = installed && installed->of_bundle;
    return keeps && (!file->site || is_only_installed(chosen)) ? installed : file;
}

/// Returns the chosen release. If there is none of that name, reports it and returns the newest, so
/// that the rest can be checked too.
ReleaseSource locate_release(const NodeOptions& options, const std::optional<NamedAt>& chosen,
                             Diagnostics& diagnostics) {
    const bool by_path = chosen && chosen->name.find('/') != std::string::npos;
    if (by_path && trouble_with_file(release_path(*chosen)).empty()) {
        return {release_path(*chosen), true};
    }
    if (chosen) {
        if (auto bundled = bundled_release(options, chosen->name)) {
            return *std::move(bundled);
        }
    }
    const auto files = data_files(options, "releases", diagnostics);
    const auto names = stems(files);
    const auto newest = names.empty() ? std::nullopt : find_release(files, names.back());
    if (by_path) {
        diagnostics.add(chosen->at, lack_of_file("release file", release_path(*chosen)),
                        "known releases: " + join(names, ", "));
    } else if (chosen || !newest) {
        const auto name = chosen ? chosen->name : "";
        if (const auto found = find_named(options, chosen, files)) {
            return *found;
        }
        const auto near = nearest_word(name, names);
        diagnostics.add(chosen ? chosen->at : Position{},
                        chosen ? "there is no release '" + name + "'" : "there are no releases",
                        (near ? "did you mean '" + *near + "'? " : std::string()) +
                            "known: " + join(names, ", ") + "; or give the path of a release file");
    }
    if (!newest) {
        diagnostics.throw_if_any();
    }
    return *newest;
}

/// Returns the text of a release, which is read once, as the generation keeps it: with its
/// signature.
std::string read_text(const ReleaseSource& source, const TrustPolicy& policy) {
    if (source.text) {
        return *source.text;
    }
    if (source.kept) {
        return read_file(source.path);
    }
    return with_signature(policy.read(source.path));
}

} // namespace

Release load_release(const NodeOptions& options, const std::optional<NamedAt>& chosen,
                     ReleaseText& source, Diagnostics& diagnostics, const TrustPolicy& policy) {
    const auto file = locate_release(options, chosen, diagnostics);
    source = {read_text(file, policy), file.of_bundle};
    const auto tree =
        parse_yaml(std::make_shared<const SourceText>(SourceText{
                       file.site ? "site release" : "release", file.path.string(), source.text}),
                   diagnostics);
    if (diagnostics.is_cut_short() && tree.entries().empty()) {
        return {};
    }
    auto release = read_release(tree, diagnostics);
    const auto* name = tree.find("release");
    const bool by_path = chosen && chosen->name.find('/') != std::string::npos;
    if (name != nullptr && !by_path && file.path.parent_path().filename() == "releases" &&
        file.path.stem() != release.name) {
        diagnostics.add(name->at(),
                        "'" + release.name + "' differs from the name of the file, '" +
                            file.path.stem().string() + "'",
                        "name the file " + release.name + ".yaml, or set the release to " +
                            file.path.stem().string());
    }
    return release;
}

} // namespace k8s_node
