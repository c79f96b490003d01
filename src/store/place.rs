//! Where a database may lie: on this computer.

use std::path::Path;

use super::Fault;

/// Kinds of file systems whose files lie on another computer. SQLite's locks and the memory that
/// its connections share do not hold there (sqlite.org/wal.html: "does not work over a network
/// filesystem"), so that a counter could be read by two and a file be torn.
#[cfg(any(target_os = "linux", test))]
const ELSEWHERE: &[&str] = &[
    "9p",
    "afs",
    "ceph",
    "cifs",
    "coda",
    "davfs",
    "fuse.ceph",
    "fuse.ceph-fuse",
    "fuse.curlftpfs",
    "fuse.davfs",
    "fuse.gcsfuse",
    "fuse.glusterfs",
    "fuse.google-drive-ocamlfuse",
    "fuse.gvfsd-fuse",
    "fuse.onedriver",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.smbnetfs",
    "fuse.sshfs",
    "glusterfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
];

/// Refuses a database on another computer's disk (SECURITY.md, fault 23). Makes nothing.
pub(super) fn refuse_elsewhere(database: &Path) -> Result<(), Fault> {
    match elsewhere(database) {
        Some(kind) => Err(Fault::Elsewhere(kind)),
        None => Ok(()),
    }
}

#[cfg(target_os = "linux")]
fn elsewhere(database: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    // What is not made yet lies where it will be made.
    let nearest = database
        .ancestors()
        .skip(1)
        .find_map(|folder| std::fs::metadata(folder).ok())?;
    let device = nearest.dev();
    let device = format!(
        "{}:{}",
        rustix::fs::major(device),
        rustix::fs::minor(device)
    );
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    kind(&device, &mounts)
        .filter(|kind| ELSEWHERE.contains(kind))
        .map(str::to_owned)
}

#[cfg(not(target_os = "linux"))]
fn elsewhere(_: &Path) -> Option<String> {
    None
}

/// The kind of the file system on a device ("8:1"), by the kernel's list of what is mounted
/// (`proc_pid_mountinfo(5)`: the third field, and the first after the hyphen).
#[cfg(any(target_os = "linux", test))]
fn kind<'a>(device: &str, mounts: &'a str) -> Option<&'a str> {
    mounts.lines().find_map(|line| {
        let (place, source) = line.split_once(" - ")?;
        let is_it = place.split(' ').nth(2) == Some(device);
        source.split(' ').next().filter(|_| is_it)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 21 0:38 / /home/alex/a\\040share rw shared:9 master:2 - cifs //files/staff rw,vers=3.0
41 21 0:39 /alex /home/alex rw,nosuid - nfs4 files:/home rw,vers=4.2
42 21 0:40 / /mnt/far rw - fuse.sshfs alex@files: rw,user_id=1000
43 21 0:41 / /mnt/safe rw - fuse.gocryptfs /home/alex/.safe rw
44 21 0:4 / /proc rw - proc proc rw";

    #[test]
    fn the_kind_of_a_file_system_is_found_by_its_device() {
        for (device, is, away) in [
            ("8:1", "ext4", false),
            ("0:38", "cifs", true),
            ("0:39", "nfs4", true),
            ("0:40", "fuse.sshfs", true),
            ("0:41", "fuse.gocryptfs", false),
            ("0:4", "proc", false),
        ] {
            assert_eq!(kind(device, MOUNTS), Some(is));
            assert_eq!(ELSEWHERE.contains(&is), away, "{is}");
        }
        for device in ["0:3", "8:11", "21", ""] {
            assert_eq!(kind(device, MOUNTS), None);
        }
        assert_eq!(kind("8:1", "no such list\n\n - \n8:1 - nfs"), None);
    }

    #[test]
    fn this_computers_own_folder_is_not_refused() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("not made").join("yet").join("a.db");
        refuse_elsewhere(&database).unwrap();
        assert!(!folder.path().join("not made").exists());
    }
}
