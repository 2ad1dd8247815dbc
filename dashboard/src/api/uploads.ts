// Files on their way to the server: an address is asked for, then the bytes are sent with their progress.
import { ApiError, clientApi } from './client.ts';

/** What a file input of each kind accepts. */
export const ACCEPTED = {
  pictures: 'image/png,image/jpeg,image/webp',
  clips: 'video/mp4,video/quicktime',
  sounds: 'audio/mpeg,audio/wav',
} as const;

export type UploadKind = keyof typeof ACCEPTED;

/** With its dot; files without one go by their type. */
function extensionOf({ name, type }: File): string {
  const own = /\.\w{1,8}$/.exec(name)?.[0];
  return (own ?? `.${type.split('/').at(-1) ?? 'bin'}`).toLowerCase();
}

function put(address: string, file: File, options: UploadOptions): Promise<void> {
  const { onProgress, signal } = options;
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', address);
    if (file.type) request.setRequestHeader('content-type', file.type);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      if (request.status < 300) return resolve();
      reject(new ApiError(messageOf(request.responseText), { status: request.status }));
    };
    request.onerror = () => reject(new ApiError('The connection broke. Nothing was kept.'));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

function messageOf(text: string): string {
  try {
    const { message, data } = JSON.parse(text);
    return String(data?.errors?.[0] ?? message);
  } catch {
    // A proxy answered in its own words.
    return 'The server did not take the file';
  }
}

export interface UploadOptions {
  /** 0 to 1. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

/** @returns the address to use in an input. @throws ApiError in words for people. */
export async function uploadFile(file: File, options: UploadOptions): Promise<string> {
  const query = { content_type: file.type || 'application/octet-stream', ext: extensionOf(file) };
  const address = await clientApi.get<{ presigned_url: string; file_url: string }>('/files/upload-url', {
    query,
    signal: options.signal,
  });
  await put(address.presigned_url, file, options);
  return address.file_url;
}
