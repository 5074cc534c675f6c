#include "iatk/cloud/services/lambda/code_package.h"

#include <sys/stat.h>
#include <zip.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <system_error>
#include <utility>

#include "iatk/base/digest.h"
#include "iatk/cloud/services/lambda/errors.h"
#include "iatk/cloud/services/lambda/limits.h"

namespace iatk::cloud {
namespace {

namespace fs = std::filesystem;
using lambda_errors::InvalidParameter;

constexpr zip_uint32_t kModeShift = 16;

struct ZipCloser {
  void operator()(zip_t* archive) const { zip_discard(archive); }
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, ZipCloser>;
using ArchiveFile = std::unique_ptr<zip_file_t, ZipCloser>;

Error NotAZip() {
  return InvalidParameter(
      "Could not unzip uploaded file. Please check your file, then try to upload again.");
}
Error TooLarge() {
  return InvalidParameter("Unzipped size must be smaller than " +
                          std::to_string(lambda_limits::kMaxUnzippedBytes) + " bytes");
}
Error NotWritten(const fs::path& path) {
  return ReceiverError("ServiceException", "Cannot write " + path.string() + ".");
}

/// Whether `path` stays below the folder it is put under.
bool StaysInside(const fs::path& path) {
  if (path.empty() || path.is_absolute()) return false;
  int depth = 0;
  for (const fs::path& part : path.lexically_normal()) {
    depth += part == ".." ? -1 : part == "." ? 0 : 1;
    if (depth < 0) return false;
  }
  return true;
}

class Unpacker {
 public:
  Unpacker(zip_t* archive, fs::path root) : archive_(archive), root_(std::move(root)) {}

  Result<void> Run() {
    const zip_int64_t count = zip_get_num_entries(archive_, 0);
    if (count <= 0) return Fail(InvalidParameter("Uploaded file must be a non-empty zip"));
    if (static_cast<std::size_t>(count) > lambda_limits::kMaxZipEntries) return Fail(TooLarge());
    for (zip_uint64_t i = 0; i < static_cast<zip_uint64_t>(count); ++i) IATK_CHECK(Entry(i));
    // Last, so that nothing is written through them.
    for (const auto& [link, target] : links_) {
      std::error_code error;
      fs::create_symlink(target, link, error);
      if (error) return Fail(NotWritten(link));
    }
    return {};
  }

 private:
  Result<void> Entry(zip_uint64_t index) {
    zip_stat_t info;
    if (zip_stat_index(archive_, index, 0, &info) != 0 || info.name == nullptr) {
      return Fail(NotAZip());
    }
    const fs::path name(info.name);
    if (!StaysInside(name)) return Fail(NotAZip());
    const fs::path path = root_ / name;
    std::error_code error;
    if (std::string_view(info.name).ends_with('/')) {
      fs::create_directories(path, error);
      return error ? Result<void>(Fail(NotWritten(path))) : Result<void>();
    }
    fs::create_directories(path.parent_path(), error);
    if (error) return Fail(NotWritten(path));

    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    zip_file_get_external_attributes(archive_, index, 0, &system, &attributes);
    const mode_t mode =
        system == ZIP_OPSYS_UNIX ? static_cast<mode_t>(attributes >> kModeShift) : 0644;
    if (S_ISLNK(mode)) return Link(index, name, path);
    IATK_CHECK(Copy(index, path));
    fs::permissions(path, static_cast<fs::perms>((mode & 0777U) | 0400U), error);
    return {};
  }

  Result<void> Link(zip_uint64_t index, const fs::path& name, const fs::path& path) {
    std::string target;
    IATK_CHECK(Read(index, [&](std::string_view data) {
      target += data;
      return target.size() < 4096;
    }));
    if (!StaysInside(name.parent_path() / target) || fs::path(target).is_absolute()) {
      return Fail(NotAZip());
    }
    links_[path] = target;
    return {};
  }

  Result<void> Copy(zip_uint64_t index, const fs::path& path) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    IATK_CHECK(Read(index, [&](std::string_view data) {
      file.write(data.data(), static_cast<std::streamsize>(data.size()));
      return file.good();
    }));
    file.close();
    if (!file) return Fail(NotWritten(path));
    return {};
  }

  template <class Take>
  Result<void> Read(zip_uint64_t index, Take take) {
    const ArchiveFile file(zip_fopen_index(archive_, index, 0));
    if (file == nullptr) return Fail(NotAZip());
    std::array<char, std::size_t{64} * 1024> buffer;
    while (true) {
      const zip_int64_t count = zip_fread(file.get(), buffer.data(), buffer.size());
      if (count < 0) return Fail(NotAZip());
      if (count == 0) return {};
      // What the entries' headers say of their sizes need not be true.
      bytes_ += static_cast<std::size_t>(count);
      if (bytes_ > lambda_limits::kMaxUnzippedBytes) return Fail(TooLarge());
      if (!take(std::string_view(buffer.data(), static_cast<std::size_t>(count)))) {
        return Fail(NotAZip());
      }
    }
  }

  zip_t* archive_;
  fs::path root_;
  std::size_t bytes_ = 0;
  std::map<fs::path, std::string> links_;
};

}  // namespace

Result<std::shared_ptr<const CodePackage>> CodePackage::Unpack(std::string_view zip,
                                                               const std::string& folder) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const source = zip_source_buffer_create(zip.data(), zip.size(), 0, &error);
  if (source == nullptr) return Fail(NotAZip());
  const Archive archive(zip_open_from_source(source, ZIP_RDONLY, &error));
  zip_error_fini(&error);
  if (archive == nullptr) {
    zip_source_free(source);
    return Fail(NotAZip());
  }
  // Owns the folder from now on, whatever happens.
  std::shared_ptr<CodePackage> package(new CodePackage);
  package->folder_ = folder;
  package->sha256_ = Base64Encode(Sha256(zip));
  package->size_ = static_cast<std::int64_t>(zip.size());
  std::error_code made;
  fs::create_directories(folder, made);
  if (made) return Fail(NotWritten(folder));
  IATK_CHECK(Unpacker(archive.get(), folder).Run());
  std::ofstream copy(folder + ".zip", std::ios::binary);
  copy.write(zip.data(), static_cast<std::streamsize>(zip.size()));
  copy.close();
  if (!copy) return Fail(NotWritten(folder + ".zip"));
  return package;
}

Result<std::shared_ptr<const CodePackage>> CodePackage::InPlace(const std::string& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Fail(InvalidParameter("There is no folder " + folder + " to run code in."));
  }
  std::shared_ptr<CodePackage> package(new CodePackage);
  package->folder_ = fs::canonical(folder, error).string();
  package->in_place_ = true;
  // differs from AWS: the digest of a folder that changes under us is that of its name.
  package->sha256_ = Base64Encode(Sha256(package->folder_));
  return package;
}

CodePackage::~CodePackage() {
  if (in_place_ || folder_.empty()) return;
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
  fs::remove(folder_ + ".zip", ignored);
}

std::string CodePackage::location() const {
  return "file://" + folder_ + (in_place_ ? "" : ".zip");
}

Result<std::string> ZipOfFile(const std::string& name, const std::string& text) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* const target = zip_source_buffer_create(nullptr, 0, 0, &error);
  const auto fail = [] { return Fail(ReceiverError("ServiceException", "Cannot make a zip.")); };
  if (target == nullptr) return fail();
  zip_t* const archive = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  if (archive == nullptr) {
    zip_source_free(target);
    return fail();
  }
  zip_source_keep(target);
  const std::unique_ptr<zip_source_t, decltype(&zip_source_free)> kept(target, &zip_source_free);
  zip_source_t* const file = zip_source_buffer(archive, text.data(), text.size(), 0);
  const zip_int64_t index =
      file == nullptr ? -1 : zip_file_add(archive, name.c_str(), file, ZIP_FL_ENC_UTF_8);
  // The same text must give the same digest.
  if (index < 0 ||
      zip_file_set_dostime(archive, static_cast<zip_uint64_t>(index), 0, 0x21, 0) != 0 ||
      zip_close(archive) != 0) {
    if (index < 0 && file != nullptr) zip_source_free(file);
    zip_discard(archive);
    return fail();
  }
  zip_stat_t info;
  if (zip_source_stat(target, &info) != 0 || zip_source_open(target) != 0) return fail();
  std::string zip(info.size, '\0');
  const zip_int64_t read = zip_source_read(target, zip.data(), zip.size());
  zip_source_close(target);
  if (read != static_cast<zip_int64_t>(zip.size())) return fail();
  return zip;
}

}  // namespace iatk::cloud
