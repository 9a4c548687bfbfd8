// Stands in for the host program of Tencent's client: one process, so a lock is always free.
import os from 'node:os'

export const resolvePreferredOpenClawTmpDir = () => os.tmpdir()
export const withFileLock = async (_path, _options, work) => work()
